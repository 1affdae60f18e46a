import type { RunContext } from './deterministic/run-context.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Longer than any payment may wait for a task. A payment that has one after this time never comes to rest. */
const longestRun = 260 * day;

/** How often the schedule may run tasks after the trouble. A run needs one or two hundred. */
const maxTriggers = 4000;

type Connections = {
  /** When tasks are due, as the index shows it. */
  dueTimes: () => string[];
  runDueTasks: () => void;
  /** Called at least before each run of tasks. */
  expireItems: () => void;
  endTrouble: () => void;
};

/** The schedule that runs due tasks every minute, and the course of a run. */
export function schedule({ clock, faults }: RunContext, connections: Connections) {
  const { dueTimes, runDueTasks, expireItems, endTrouble } = connections;
  const start = clock.now();
  const hasTime = () => clock.now() < start + longestRun;
  const earliest = () => dueTimes().sort()[0];
  const isDue = () => (earliest() ?? '9') <= clock.date().toISOString();
  /** A trigger without any due payment is skipped: it would query the index and do nothing else. */
  const trigger = () => {
    expireItems();
    if (!isDue()) return;
    runDueTasks();
    if (!faults.isDown('due tasks down') && faults.strikes('schedule fires twice', 'in one minute')) runDueTasks();
  };
  const everyMinute = (isOver: () => boolean) =>
    clock.at(Math.floor(clock.now() / minute + 1) * minute, () => {
      if (isOver()) return;
      trigger();
      everyMinute(isOver);
    });

  /** The next minute at which something is due; undefined when nothing is. */
  const nextTrigger = () => {
    const next = earliest();
    return next === undefined ? undefined : Math.ceil(Math.max(Date.parse(next), clock.now() + 1) / minute) * minute;
  };
  /** Runs what is due next, unless something that happens before makes another minute the next one. */
  const waitForTrigger = async () => {
    const at = nextTrigger();
    let isDone = false;
    const cancel =
      at !== undefined &&
      clock.at(at, () => {
        isDone = true;
        trigger();
      });
    await clock.run(
      () => isDone || !hasTime() || (nextTrigger() ?? Number.POSITIVE_INFINITY) < (at ?? Number.POSITIVE_INFINITY),
    );
    if (cancel && !isDone) cancel();
  };

  let troubleEndedAt = start;
  /** Plays the events of the run amid trouble. Then the trouble ends, and time passes until nothing is left to do. */
  const play = async (events: Promise<unknown>[]) => {
    let unfinished = events.length;
    for (const each of events) void each.finally(() => unfinished--);
    everyMinute(() => unfinished === 0);
    await clock.run(() => unfinished === 0 || !hasTime());
    troubleEndedAt = clock.now();
    endTrouble();
    for (let triggers = 0; triggers < maxTriggers && hasTime(); triggers++) {
      await waitForTrigger();
      if (nextTrigger() === undefined && clock.isIdle()) break;
    }
  };
  return { play, troubleEndedAt: () => troubleEndedAt };
}
