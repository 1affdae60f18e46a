import { expect, test } from 'vitest';
import { feed } from '../../../../local/cloud/dynamodb/feed.ts';
import type { StreamRecord } from '../../../../local/cloud/dynamodb/records.ts';

type Settings = Parameters<typeof feed>[0]['settings'];
type Invoke = Parameters<typeof feed>[0]['invoke'];

const settings: Settings = {
  BatchSize: 100,
  BisectBatchOnFunctionError: false,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
};

/** The n-th record of the stream, by default of the key `a`. */
const record = (n: number, key = 'a'): StreamRecord => ({
  eventID: String(n),
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-central-1',
  eventSourceARN: 'arn',
  dynamodb: {
    ApproximateCreationDateTime: 1000,
    Keys: { id: { S: key } },
    SequenceNumber: String(n),
    SizeBytes: 0,
    StreamViewType: 'KEYS_ONLY',
  },
});

const numbers = (records: StreamRecord[]) => records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));
const failAt = (n: number) => ({ batchItemFailures: [{ itemIdentifier: String(n) }] });

/** Feeds these records to a function; returns its calls, and what was done with the records. */
async function run(
  options: { records: StreamRecord[]; invoke: (numbers: number[], call: number) => unknown } & Partial<{
    settings: Partial<Settings>;
    age: number;
  }>,
) {
  const calls: number[][] = [];
  const done: number[] = [];
  const discarded: { numbers: number[]; condition: string }[] = [];
  const retries: number[] = [];
  const invoke: Invoke = async ({ Records }) => {
    calls.push(numbers(Records));
    return options.invoke(numbers(Records), calls.length);
  };
  const running = feed({
    settings: { ...settings, ...options.settings },
    invoke,
    onDone: (records) => done.push(...numbers(records)),
    onDiscard: (records, condition) => discarded.push({ numbers: numbers(records), condition }),
    now: () => new Date((1000 + (options.age ?? 0)) * 1000),
    backOff: async (retry) => retries.push(retry),
  });
  for (const each of options.records) running.add(each);
  await running.drained();
  return { calls, done, discarded, retries };
}

const success = { batchItemFailures: [] };
const some = (count: number) => Array.from({ length: count }, (_, n) => record(n + 1));

test('records are delivered in order, in batches of at most the size in the template', async () => {
  const { calls, done } = await run({ records: some(5), invoke: () => success, settings: { BatchSize: 2 } });
  expect(calls).toEqual([[1, 2], [3, 4], [5]]);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('the stream resumes at the first record that the function reports', async () => {
  const { calls, done } = await run({
    records: some(5),
    invoke: (_, call) =>
      call === 1 ? { batchItemFailures: [{ itemIdentifier: '4' }, { itemIdentifier: '3' }] } : success,
  });
  expect(calls).toEqual([
    [1, 2, 3, 4, 5],
    [3, 4, 5],
  ]);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('an identifier of another record fails the whole batch', async () => {
  const { calls } = await run({ records: some(2), invoke: (_, call) => (call === 1 ? failAt(99) : success) });
  expect(calls).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('reported failures count only where the template says that the function reports them', async () => {
  const { calls } = await run({ records: some(2), invoke: () => failAt(1), settings: { FunctionResponseTypes: [] } });
  expect(calls).toEqual([[1, 2]]);
});

test('a batch whose function throws is cut in two until the bad record is alone', async () => {
  const { done, discarded, calls } = await run({
    records: some(4),
    invoke: (batch) => {
      if (batch.includes(3)) throw new Error('poison');
      return success;
    },
    settings: { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 },
  });
  expect(calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]);
  expect(discarded).toEqual([{ numbers: [3], condition: 'RetryAttemptsExhausted' }]);
  expect(done).toEqual([1, 2, 3, 4]);
});

test('without bisection a throwing function gets the same batch again', async () => {
  const { calls, done } = await run({
    records: some(3),
    invoke: (_, call) => {
      if (call < 3) throw new Error('down');
      return success;
    },
  });
  expect(calls).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(done).toEqual([1, 2, 3]);
});

test('each retry of a batch without progress waits longer; progress starts the count again', async () => {
  const { retries } = await run({
    records: some(3),
    invoke: (_, call) => [failAt(1), failAt(1), failAt(2), failAt(2), success][call - 1],
  });
  expect(retries).toEqual([1, 2, 1, 2]);
});

test('a record older than the template allows goes to the failure destination instead', async () => {
  const { calls, discarded, done } = await run({
    records: some(2),
    invoke: () => success,
    settings: { MaximumRecordAgeInSeconds: 60 },
    age: 61,
  });
  expect(calls).toEqual([]);
  expect(discarded).toEqual([{ numbers: [1, 2], condition: 'RecordAgeExceeded' }]);
  expect(done).toEqual([1, 2]);
});

test('a payment that cannot be delivered holds up its own lane only', async () => {
  const gate = Promise.withResolvers<object>();
  const done: number[] = [];
  const running = feed({
    settings: { ...settings, ParallelizationFactor: 10 },
    invoke: ({ Records }) => (numbers(Records).includes(1) ? gate.promise : Promise.resolve(success)),
    onDone: (records) => {
      done.push(...numbers(records));
      if (done.includes(2)) gate.resolve(success);
    },
    onDiscard: () => undefined,
    now: () => new Date(0),
    backOff: async () => undefined,
  });
  running.add(record(1, 'stuck'));
  running.add(record(2, 'free'));
  running.add(record(3, 'stuck'));
  await running.drained();
  expect(done).toEqual([2, 1, 3]);
});

test('after a stop no further call is made, and the remaining records stay undelivered', async () => {
  let stopped: Promise<void> | undefined;
  const done: number[] = [];
  const running = feed({
    settings: { ...settings, BatchSize: 1 },
    invoke: async () => {
      stopped = running.stop();
      return success;
    },
    onDone: (records) => done.push(...numbers(records)),
    onDiscard: () => undefined,
    now: () => new Date(0),
    backOff: async () => undefined,
  });
  for (const each of some(3)) running.add(each);
  await running.drained();
  await stopped;
  expect(done).toEqual([1]);
});
