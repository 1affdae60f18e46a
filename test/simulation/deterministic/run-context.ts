import type { Faults } from '../trouble/faults.ts';
import type { TroublePlan } from '../trouble/trouble-plan.ts';
import type { Chance } from './chance.ts';
import type { VirtualClock } from './clock.ts';

/** The time, chance and faults that all parts of one run share. `processes` end the processes that are alive. */
export type RunContext = {
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  plan: TroublePlan;
  processes: Set<() => void>;
};
