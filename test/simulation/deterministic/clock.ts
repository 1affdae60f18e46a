/** A clock that moves on only when everything due at the current moment is done. Milliseconds since 1970. */
export type VirtualClock = {
  now: () => number;
  date: () => Date;
  sleep: (ms: number) => Promise<void>;
  /** Runs `act` at that moment; returns a function that cancels it. */
  at: (moment: number, act: () => void) => () => void;
  /** Moves on until `isOver`, or until no timer is left. */
  run: (isOver?: () => boolean) => Promise<void>;
  /** True when no timer is left. */
  isIdle: () => boolean;
};

type Timer = { at: number; act: () => void; cancelled: boolean };

const realSetImmediate = globalThis.setImmediate;

/** Resolves when every promise that follows from the last timer, however many there are, has settled. */
const quiet = () => new Promise((resolve) => realSetImmediate(resolve));

export function virtualClock(start: number): VirtualClock {
  let time = start;
  const timers: Timer[] = []; // the next one last

  /** Timers of the same moment fire in the order in which they were set. */
  const add = (timer: Timer) => {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timers[middle]?.at ?? 0) > timer.at) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  };
  const at: VirtualClock['at'] = (moment, act) => {
    const timer = { at: Math.max(moment, time), act, cancelled: false };
    add(timer);
    return () => {
      timer.cancelled = true;
    };
  };
  return {
    now: () => time,
    date: () => new Date(time),
    sleep: (ms) => new Promise((resolve) => void at(time + ms, resolve)),
    at,
    isIdle: () => timers.every(({ cancelled }) => cancelled),
    run: async (isOver = () => false) => {
      await quiet();
      while (!isOver()) {
        const timer = timers.pop();
        if (!timer) return;
        if (timer.cancelled) continue;
        time = timer.at;
        timer.act();
        await quiet();
      }
    },
  };
}
