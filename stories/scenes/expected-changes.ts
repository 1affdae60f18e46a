import type { ChangeRow } from '../change-row.ts';

const failures = [
  'FAILED',
  'ERROR',
  'CANCELLED',
  'DISABLED',
  'REJECTED',
  'EXPIRED',
  'CAPTURE_NOT_ALLOWED',
  'BAD_VALUE',
];
const successes = ['SUCCESS', 'COMPLETED', 'CREATE'];

/** State and code as in docs/states.md; a status that is not in its table is WAITING. */
function meaningOf(status: string): string {
  if (successes.includes(status)) return 'SUCCESS/SUCCEEDED';
  if (status === 'NOT_FOUND') return 'ERROR/BAD_REQUEST';
  return failures.includes(status) || status.endsWith('_PAYMENT_METHOD') ? 'ERROR/FAILED' : 'WAITING/SUCCEEDED';
}

const row = (type: string, sequence: number, status: string, last: string): ChangeRow => [
  `Payment ${type}`,
  `#${sequence}`,
  status,
  meaningOf(status),
  last,
];

/** `stages` as in `created → in_progress`, with `, final` where the session ended. */
export const stageChanged = (sequence: number, status: string, stages: string) =>
  row('Stage Changed', sequence, status, stages);

/** A new status in the same stage. */
export const statusChanged = (sequence: number, status: string, stage: string) =>
  row('Status Changed', sequence, status, stage);

/** `operation` is its kind and the stage, as in `capture, ordered`. */
export const operationFinished = (sequence: number, status: string, operation: string) =>
  row('Operation Finished', sequence, status, operation);

export const attentionNeeded = (sequence: number, reason: string, stage: string) =>
  row('Attention Needed', sequence, 'WAITING', `${reason}, ${stage}`);
