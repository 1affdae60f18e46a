import { createHash } from 'node:crypto';

const ideographs = 20_000;

/** 255 ideographs that follow from `seed` and repeat nothing. */
const longName = (seed: number): string => {
  const bytes = Array.from({ length: 16 }, (_, n) => createHash('sha256').update(`${seed} ${n}`).digest());
  const numbers = bytes.flatMap((each) => Array.from({ length: 16 }, (_, n) => each.readUInt16BE(2 * n)));
  return String.fromCharCode(...numbers.slice(0, 255).map((number) => 0x4e00 + (number % ideographs)));
};

/** Lines of one piece each for 1 minor unit, with the longest names that the relay accepts. */
export const longLines = (count: number) =>
  Array.from({ length: count }, (_, seed) => ({ name: longName(seed), price: 1, quantity: 1, amount: 1 }));
