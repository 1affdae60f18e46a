import * as z from 'zod/mini';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

/** Why a record was discarded, in the words of Lambda's failure destinations. */
export type DiscardCondition = 'RecordAgeExceeded' | 'RetryAttemptsExhausted';

export type DeliveryOptions = {
  settings: Pick<
    StreamMapping,
    'BisectBatchOnFunctionError' | 'FunctionResponseTypes' | 'MaximumRecordAgeInSeconds' | 'MaximumRetryAttempts'
  >;
  invoke: (event: { Records: StreamRecord[] }) => Promise<unknown>;
  /** Called in order with the records that need no further delivery. */
  onDone: (records: StreamRecord[]) => void;
  onDiscard: (records: StreamRecord[], condition: DiscardCondition) => void;
  now: () => Date;
  /** Waits before the n-th retry; 1 is the first. */
  backOff: (retry: number) => Promise<unknown>;
  /** True once the run ends: the remaining records stay undelivered. */
  isOver: () => boolean;
};

/**
 * Delivers a batch as Lambda's event source mapping does: returns when each of its records is delivered or discarded.
 */
export async function deliver(batch: StreamRecord[], options: DeliveryOptions, retries = 0): Promise<void> {
  const records = discardOld(batch, options);
  if (records.length === 0 || options.isOver()) return;
  const { done, threw } = await call(records, options);
  options.onDone(records.slice(0, done));
  const rest = records.slice(done);
  if (rest.length === 0) return;
  const retry = done > 0 ? 1 : retries + 1;
  if (isExhausted(retry, options)) return discard(rest, 'RetryAttemptsExhausted', options);
  await options.backOff(retry);
  const bisects = threw && options.settings.BisectBatchOnFunctionError && rest.length > 1;
  await (bisects ? deliverHalves(rest, options) : deliver(rest, options, retry));
}

async function deliverHalves(records: StreamRecord[], options: DeliveryOptions): Promise<void> {
  const middle = Math.ceil(records.length / 2);
  await deliver(records.slice(0, middle), options);
  await deliver(records.slice(middle), options);
}

function discard(records: StreamRecord[], condition: DiscardCondition, options: DeliveryOptions): void {
  options.onDiscard(records, condition);
  options.onDone(records);
}

/** Discards the leading records that are too old; returns the others. */
function discardOld(records: StreamRecord[], options: DeliveryOptions): StreamRecord[] {
  const firstFresh = records.findIndex((record) => !isOld(record, options));
  const old = firstFresh < 0 ? records : records.slice(0, firstFresh);
  if (old.length > 0) discard(old, 'RecordAgeExceeded', options);
  return records.slice(old.length);
}

const isOld = ({ dynamodb }: StreamRecord, { settings, now }: DeliveryOptions) =>
  settings.MaximumRecordAgeInSeconds >= 0 &&
  now().getTime() / 1000 - dynamodb.ApproximateCreationDateTime > settings.MaximumRecordAgeInSeconds;

const isExhausted = (retry: number, { settings }: DeliveryOptions) =>
  settings.MaximumRetryAttempts >= 0 && retry > settings.MaximumRetryAttempts;

/** Calls the function; `done` counts the records, from the first, that it has dealt with. */
async function call(Records: StreamRecord[], { invoke, settings }: DeliveryOptions) {
  try {
    const answer = await invoke({ Records });
    const done = settings.FunctionResponseTypes.length > 0 ? firstFailure(Records, answer) : Records.length;
    return { done, threw: false };
  } catch {
    return { done: 0, threw: true };
  }
}

const partialAnswer = z.nullish(
  z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))) }),
);

/**
 * The index at which the stream resumes. An unknown identifier, or an answer of another shape, fails the whole batch.
 */
function firstFailure(records: StreamRecord[], answer: unknown): number {
  const failures = partialAnswer.parse(answer)?.batchItemFailures ?? [];
  if (failures.length === 0) return records.length;
  const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  return Math.max(0, Math.min(...failures.map(({ itemIdentifier }) => numbers.indexOf(itemIdentifier))));
}
