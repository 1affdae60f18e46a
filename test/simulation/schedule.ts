import type { RunContext } from './deterministic/run-context.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Longer than any payment may wait for a task. A payment that has one after this time never comes to rest. */
const longestRun = 260 * day;

/** How often the schedule may run tasks after the trouble. A run needs one or two hundred. */
const maxTriggers = 1500;

type Connections = {
  /** When tasks are due, as the index shows it. */
  dueTimes: () => string[];
  runDueTasks: () => void;
  endTrouble: () => void;
};

/** The schedule that runs due tasks every minute, and the course of a run. */
export function schedule({ clock }: RunContext, { dueTimes, runDueTasks, endTrouble }: Connections) {
  const start = clock.now();
  const hasTime = () => clock.now() < start + longestRun;
  const earliest = () => dueTimes().sort()[0];
  const isDue = () => (earliest() ?? '9') <= clock.date().toISOString();
  /** A trigger without any due payment is skipped: it would query the index and do nothing else. */
  const everyMinute = (isOver: () => boolean) =>
    clock.at(Math.floor(clock.now() / minute + 1) * minute, () => {
      if (isOver()) return;
      if (isDue()) runDueTasks();
      everyMinute(isOver);
    });

  let troubleEndedAt = start;
  /** Plays the events of the run amid trouble. Then the trouble ends, and time passes until no payment has a task. */
  const play = async (events: Promise<unknown>[]) => {
    let unfinished = events.length;
    for (const each of events) void each.finally(() => unfinished--);
    everyMinute(() => unfinished === 0);
    await clock.run(() => unfinished === 0 || clock.now() > start + longestRun);
    troubleEndedAt = clock.now();
    endTrouble();
    await clock.run();
    for (let triggers = 0; triggers < maxTriggers && hasTime(); triggers++) {
      const next = earliest();
      if (next === undefined) break;
      const at = Math.ceil(Math.max(Date.parse(next), clock.now() + 1) / minute) * minute;
      clock.at(at, () => isDue() && runDueTasks());
      await clock.run();
    }
  };
  return { play, troubleEndedAt: () => troubleEndedAt };
}
