/** The only source of chance in a run: the same seed gives the same values. */
export type Chance = {
  /** From 0 up to, but not including, 1. */
  next: () => number;
  /** A whole number from `least` to `most`, both included. */
  between: (least: number, most: number) => number;
  /** True in a share of the calls: 0.1 is one in ten. */
  happens: (share: number) => boolean;
  pick: <const Values extends readonly [unknown, ...unknown[]]>(values: Values) => Values[number];
  uuid: () => `${string}-${string}-${string}-${string}-${string}`;
};

/** mulberry32: 32 bits of state are enough for one run. */
export function seededChance(seed: number): Chance {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = () => bits() / 2 ** 32;
  const between: Chance['between'] = (least, most) => least + Math.floor(next() * (most - least + 1));
  const hex = (length: number) => bits().toString(16).padStart(8, '0').slice(0, length);
  return {
    next,
    between,
    happens: (share) => next() < share,
    pick: (values) => values[between(0, values.length - 1)] ?? values[0],
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(8)}${hex(4)}`,
  };
}
