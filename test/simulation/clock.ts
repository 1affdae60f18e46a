/** Time that passes only when nothing is left to do at this moment. Milliseconds since 1970. */
export type Clock = {
  now: () => number;
  date: () => Date;
  sleep: (ms: number) => Promise<void>;
  /** Acts at that moment; gives what takes it back. */
  at: (moment: number, act: () => void) => () => void;
  /** Lets time pass until it is over, or until nothing more is to come. */
  run: (isOver?: () => boolean) => Promise<void>;
};

type Event = { at: number; act: () => void; gone: boolean };

const realTurn = globalThis.setImmediate;

/** All that follows from an event, however many promises it takes, is done before the next event. */
const quiet = () => new Promise((resolve) => realTurn(resolve));

export function virtualClock(start: number): Clock {
  let time = start;
  const coming: Event[] = []; // the next one last

  /** Events of one moment happen in the order in which they were asked for. */
  const put = (event: Event) => {
    let [low, high] = [0, coming.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((coming[middle]?.at ?? 0) > event.at) low = middle + 1;
      else high = middle;
    }
    coming.splice(low, 0, event);
  };
  const at: Clock['at'] = (moment, act) => {
    const event = { at: Math.max(moment, time), act, gone: false };
    put(event);
    return () => {
      event.gone = true;
    };
  };
  return {
    now: () => time,
    date: () => new Date(time),
    sleep: (ms) => new Promise((resolve) => void at(time + ms, resolve)),
    at,
    run: async (isOver = () => false) => {
      await quiet();
      while (!isOver()) {
        const event = coming.pop();
        if (!event) return;
        if (event.gone) continue;
        time = event.at;
        event.act();
        await quiet();
      }
    },
  };
}
