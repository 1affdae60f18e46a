/** The clock of a local run: real time plus every move forward. Threads share it through `shared`. */
export type Clock = { now: () => Date; forward: (ms: number) => void; shared: SharedArrayBuffer };

export function movableClock(): Clock {
  const shared = new SharedArrayBuffer(8);
  const ahead = new BigInt64Array(shared);
  return {
    shared,
    now: () => new Date(Date.now() + Number(Atomics.load(ahead, 0))),
    forward: (ms) => void Atomics.add(ahead, 0, BigInt(Math.round(ms))),
  };
}

/** Replaces this thread's `Date` so that all code in it, libraries too, reads the shared clock. */
export function followClock(shared: SharedArrayBuffer): void {
  const ahead = new BigInt64Array(shared);
  const Real = Date;
  const now = () => Real.now() + Number(Atomics.load(ahead, 0));
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
