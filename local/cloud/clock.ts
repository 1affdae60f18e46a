/** The clock of a local run: real time, moved on by what somebody asked for. Threads share it through `shared`. */
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

/** Lets everything in this thread that asks for the time see the shared clock, also where it was written for the real one. */
export function followClock(shared: SharedArrayBuffer): void {
  const ahead = new BigInt64Array(shared);
  const Real = Date;
  const now = () => Real.now() + Number(Atomics.load(ahead, 0));
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
