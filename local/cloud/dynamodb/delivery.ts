import * as z from 'zod/mini';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

export type DeliveryWires = {
  settings: Pick<
    StreamMapping,
    'BisectBatchOnFunctionError' | 'FunctionResponseTypes' | 'MaximumRecordAgeInSeconds' | 'MaximumRetryAttempts'
  >;
  invoke: (event: { Records: StreamRecord[] }) => Promise<unknown>;
  /** Learns what needs no delivery any more, in order. */
  delivered: (records: StreamRecord[]) => void;
  /** Learns what was given up, and why, in the words of Lambda's failure destinations. */
  dropped: (records: StreamRecord[], condition: 'RecordAgeExceeded' | 'RetryAttemptsExhausted') => void;
  now: () => Date;
  /** Waits before the n-th retry, 1 for the first. */
  backOff: (retry: number) => Promise<unknown>;
  /** True when the run ends: what is left stays undelivered. */
  isOver: () => boolean;
};

/** Delivers a batch as Lambda's event source mapping does: returns when each of its records is delivered or dropped. */
export async function deliver(batch: StreamRecord[], wires: DeliveryWires, retries = 0): Promise<void> {
  const records = giveUpOld(batch, wires);
  if (records.length === 0 || wires.isOver()) return;
  const { done, threw } = await call(records, wires);
  wires.delivered(records.slice(0, done));
  const left = records.slice(done);
  if (left.length === 0) return;
  const retry = done > 0 ? 1 : retries + 1;
  if (isSpent(retry, wires)) return giveUp(left, 'RetryAttemptsExhausted', wires);
  await wires.backOff(retry);
  const bisects = threw && wires.settings.BisectBatchOnFunctionError && left.length > 1;
  await (bisects ? deliverHalves(left, wires) : deliver(left, wires, retry));
}

async function deliverHalves(records: StreamRecord[], wires: DeliveryWires): Promise<void> {
  const middle = Math.ceil(records.length / 2);
  await deliver(records.slice(0, middle), wires);
  await deliver(records.slice(middle), wires);
}

function giveUp(records: StreamRecord[], condition: Parameters<DeliveryWires['dropped']>[1], wires: DeliveryWires) {
  wires.dropped(records, condition);
  wires.delivered(records);
}

function giveUpOld(records: StreamRecord[], wires: DeliveryWires): StreamRecord[] {
  const firstFresh = records.findIndex((record) => !isOld(record, wires));
  const old = firstFresh < 0 ? records : records.slice(0, firstFresh);
  if (old.length > 0) giveUp(old, 'RecordAgeExceeded', wires);
  return records.slice(old.length);
}

const isOld = ({ dynamodb }: StreamRecord, { settings, now }: DeliveryWires) =>
  settings.MaximumRecordAgeInSeconds >= 0 &&
  now().getTime() / 1000 - dynamodb.ApproximateCreationDateTime > settings.MaximumRecordAgeInSeconds;

const isSpent = (retry: number, { settings }: DeliveryWires) =>
  settings.MaximumRetryAttempts >= 0 && retry > settings.MaximumRetryAttempts;

/** How many records, from the first, one call has settled. */
async function call(Records: StreamRecord[], { invoke, settings }: DeliveryWires) {
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

/** Where the function wants the stream to resume. An identifier of no record, or an answer of another shape, fails the batch. */
function firstFailure(records: StreamRecord[], answer: unknown): number {
  const failures = partialAnswer.parse(answer)?.batchItemFailures ?? [];
  if (failures.length === 0) return records.length;
  const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  return Math.max(0, Math.min(...failures.map(({ itemIdentifier }) => numbers.indexOf(itemIdentifier))));
}
