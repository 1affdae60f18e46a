/** The value that this share of the values does not exceed; 0.5 is the median. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

export const median = (values: number[]): number => quantile(values, 0.5);

export type Ratio = { ratio: number; quartiles: [low: number, high: number] };

/** How many times as long as the floor a measured time is: the median and the quartiles over pairs measured side by side. */
export function paired(measured: number[], floor: number[]): Ratio {
  const ratios = measured.map((value, index) => value / (floor[index] ?? Number.NaN));
  const at = (share: number) => Number(quantile(ratios, share).toFixed(3));
  return { ratio: at(0.5), quartiles: [at(0.25), at(0.75)] };
}
