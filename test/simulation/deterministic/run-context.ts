import type { Faults } from '../trouble/faults.ts';
import type { Chance } from './chance.ts';
import type { VirtualClock } from './clock.ts';

/** The time, chance and faults that all parts of one run share. */
export type RunContext = { clock: VirtualClock; chance: Chance; faults: Faults };
