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

/** The n-th record of the stream, of one key unless told otherwise. */
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

/** Feeds these records to a function and tells what became of them. */
async function fed(
  told: { records: StreamRecord[]; invoke: (numbers: number[], call: number) => unknown } & Partial<{
    settings: Partial<Settings>;
    age: number;
  }>,
) {
  const calls: number[][] = [];
  const delivered: number[] = [];
  const dropped: { numbers: number[]; condition: string }[] = [];
  const retries: number[] = [];
  const invoke: Invoke = async ({ Records }) => {
    calls.push(numbers(Records));
    return told.invoke(numbers(Records), calls.length);
  };
  const running = feed({
    settings: { ...settings, ...told.settings },
    invoke,
    delivered: (records) => delivered.push(...numbers(records)),
    dropped: (records, condition) => dropped.push({ numbers: numbers(records), condition }),
    now: () => new Date((1000 + (told.age ?? 0)) * 1000),
    backOff: async (retry) => retries.push(retry),
  });
  for (const each of told.records) running.take(each);
  await running.settled();
  return { calls, delivered, dropped, retries };
}

const fine = { batchItemFailures: [] };
const some = (count: number) => Array.from({ length: count }, (_, n) => record(n + 1));

test('records go out in order, in batches of at most the size in the template', async () => {
  const { calls, delivered } = await fed({ records: some(5), invoke: () => fine, settings: { BatchSize: 2 } });
  expect(calls).toEqual([[1, 2], [3, 4], [5]]);
  expect(delivered).toEqual([1, 2, 3, 4, 5]);
});

test('the stream resumes at the first record that the function reports', async () => {
  const { calls, delivered } = await fed({
    records: some(5),
    invoke: (_, call) =>
      call === 1 ? { batchItemFailures: [{ itemIdentifier: '4' }, { itemIdentifier: '3' }] } : fine,
  });
  expect(calls).toEqual([
    [1, 2, 3, 4, 5],
    [3, 4, 5],
  ]);
  expect(delivered).toEqual([1, 2, 3, 4, 5]);
});

test('an identifier that is no record of the batch fails the whole batch', async () => {
  const { calls } = await fed({ records: some(2), invoke: (_, call) => (call === 1 ? failAt(99) : fine) });
  expect(calls).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('reported failures count only where the template says that the function reports them', async () => {
  const { calls } = await fed({ records: some(2), invoke: () => failAt(1), settings: { FunctionResponseTypes: [] } });
  expect(calls).toEqual([[1, 2]]);
});

test('a batch whose function throws is cut in two until the bad record stands alone', async () => {
  const { delivered, dropped, calls } = await fed({
    records: some(4),
    invoke: (batch) => {
      if (batch.includes(3)) throw new Error('poison');
      return fine;
    },
    settings: { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 },
  });
  expect(calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]);
  expect(dropped).toEqual([{ numbers: [3], condition: 'RetryAttemptsExhausted' }]);
  expect(delivered).toEqual([1, 2, 3, 4]);
});

test('without bisection a throwing function gets the same batch again', async () => {
  const { calls, delivered } = await fed({
    records: some(3),
    invoke: (_, call) => {
      if (call < 3) throw new Error('down');
      return fine;
    },
  });
  expect(calls).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(delivered).toEqual([1, 2, 3]);
});

test('each retry of a batch that does not move waits longer; one that moved begins anew', async () => {
  const { retries } = await fed({
    records: some(3),
    invoke: (_, call) => [failAt(1), failAt(1), failAt(2), failAt(2), fine][call - 1],
  });
  expect(retries).toEqual([1, 2, 1, 2]);
});

test('what is older than the template allows goes to the failure destination instead', async () => {
  const { calls, dropped, delivered } = await fed({
    records: some(2),
    invoke: () => fine,
    settings: { MaximumRecordAgeInSeconds: 60 },
    age: 61,
  });
  expect(calls).toEqual([]);
  expect(dropped).toEqual([{ numbers: [1, 2], condition: 'RecordAgeExceeded' }]);
  expect(delivered).toEqual([1, 2]);
});

test('a payment that cannot be delivered holds up its own lane and no other', async () => {
  const gate = Promise.withResolvers<object>();
  const delivered: number[] = [];
  const running = feed({
    settings: { ...settings, ParallelizationFactor: 10 },
    invoke: ({ Records }) => (numbers(Records).includes(1) ? gate.promise : Promise.resolve(fine)),
    delivered: (records) => {
      delivered.push(...numbers(records));
      if (delivered.includes(2)) gate.resolve(fine);
    },
    dropped: () => undefined,
    now: () => new Date(0),
    backOff: async () => undefined,
  });
  running.take(record(1, 'stuck'));
  running.take(record(2, 'free'));
  running.take(record(3, 'stuck'));
  await running.settled();
  expect(delivered).toEqual([2, 1, 3]);
});

test('after a stop nothing more is called, and what was not delivered stays so', async () => {
  let stopped: Promise<void> | undefined;
  const delivered: number[] = [];
  const running = feed({
    settings: { ...settings, BatchSize: 1 },
    invoke: async () => {
      stopped = running.stop();
      return fine;
    },
    delivered: (records) => delivered.push(...numbers(records)),
    dropped: () => undefined,
    now: () => new Date(0),
    backOff: async () => undefined,
  });
  for (const each of some(3)) running.take(each);
  await running.settled();
  await stopped;
  expect(delivered).toEqual([1]);
});
