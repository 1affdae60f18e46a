import { wrap } from '../wrap.ts';
import type { ReplayResult } from './replay-payments.ts';

/** `Published again: 3 changes of 1 payment.` */
export function replaySummary({ payments, changes }: ReplayResult, dryRun: boolean): string {
  const verb = dryRun ? 'Would publish again' : 'Published again';
  return `${verb}: ${plural(changes, 'change')} of ${plural(payments, 'payment')}.`;
}

/** One line for each payment that is not completely published. */
export const replayProblems = ({ stopped, unknown }: ReplayResult): string[] => [
  ...stopped.map(({ payment, sequence, reason }) => wrap('Stopped: ', `${payment} at sequence ${sequence}: ${reason}`)),
  ...unknown.map((payment) => wrap('Unknown: ', `${payment} is not in the table`)),
];

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
