import { feed } from '../../local/cloud/dynamodb/feed.ts';
import { matches, type Pattern } from '../../local/cloud/dynamodb/filter.ts';
import { type StreamRecord, streamRecords } from '../../local/cloud/dynamodb/records.ts';
import type { Table } from '../../local/cloud/dynamodb/tables.ts';
import type { ItemChange } from './dynamodb.ts';
import type { Invoke, Stage } from './lambda.ts';

/** How Lambda reads the table's stream for each function, as the template has it (compared in test/simulation/wiring.test.ts). */
export const mappings = {
  outbox: {
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    ParallelizationFactor: 10,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    MaximumRecordAgeInSeconds: 23 * 3600,
    MaximumRetryAttempts: -1,
    filters: [] as Pattern[],
  },
  due: {
    StartingPosition: 'LATEST',
    BatchSize: 10,
    ParallelizationFactor: 2,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    MaximumRecordAgeInSeconds: 3600,
    MaximumRetryAttempts: 2,
    filters: [{ dynamodb: { NewImage: { due: { BOOL: [true] } } } }] as Pattern[],
  },
};

export type Reader = Invoke<{ Records: StreamRecord[] }, unknown>;

const table: Table = {
  name: 'payments',
  arn: 'arn:payments',
  definition: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [] },
  stream: { arn: 'arn:payments/stream', view: 'NEW_AND_OLD_IMAGES' },
};

const day = 24 * 3600_000;

/** The payments table's stream and who reads it. A reader that is connected anew begins where its mapping says. */
export function stream(stage: Stage, readers: Record<keyof typeof mappings, Reader>) {
  const { clock, faults } = stage;
  const record = streamRecords(clock.date);
  const past: { at: number; record: StreamRecord }[] = [];
  let dropped = 0;

  const connected = (name: keyof typeof mappings) => {
    const settings = mappings[name];
    const waiting = new Set<StreamRecord>();
    let gone = false;
    const fed = feed({
      settings,
      now: clock.date,
      invoke: async (batch) => {
        try {
          return await readers[name](batch, onlyPayment(batch.Records));
        } catch (error) {
          const kind = batch.Records.length > 1 ? 'stream batch bisected' : 'stream record retried';
          faults.happened(kind, `${batch.Records.length} of ${name}`, onlyPayment(batch.Records));
          throw error;
        }
      },
      onDone: (records) => {
        for (const each of records) waiting.delete(each);
      },
      onDiscard: () => {
        if (name === 'outbox') dropped += 1;
      },
      backOff: (retry) => clock.sleep(Math.min(100 * 2 ** retry, 30_000)),
    });
    const take = (taken: StreamRecord) => {
      if (gone || !fits(name, taken)) return;
      waiting.add(taken);
      fed.add(taken);
    };
    const end = () => {
      gone = true;
      void fed.stop();
      return waiting.size;
    };
    return { take, end };
  };
  const reading = { outbox: connected('outbox'), due: connected('due') };

  /** The mapping is deleted and, some time later, made again, as by a deployment that renames it. */
  const replace = async (name: keyof typeof mappings, gap: number) => {
    const [left, from] = [reading[name].end(), past.length];
    await clock.sleep(gap);
    reading[name] = connected(name);
    const fromStart = mappings[name].StartingPosition === 'TRIM_HORIZON';
    const again = fromStart ? past.filter(({ at }) => clock.now() - at < day) : [];
    for (const { record: each } of again) reading[name].take(each);
    const missed = left + past.slice(from).filter(({ record: each }) => fits(name, each)).length;
    if (fromStart) faults.happened('outbox replayed', `${again.length} records`);
    else if (missed > 0) faults.happened('wake-ups dropped', `${missed} records`);
  };
  return {
    changed: (name: string, change: ItemChange) => {
      if (name !== table.name) return;
      const made = record(table, change);
      past.push({ at: clock.now(), record: made });
      reading.outbox.take(made);
      reading.due.take(made);
    },
    replace,
    dropped: () => dropped,
  };
}

const fits = (name: keyof typeof mappings, record: StreamRecord) => {
  const { filters } = mappings[name];
  return filters.length === 0 || filters.some((filter) => matches(filter, record));
};

function onlyPayment(records: StreamRecord[]): string | undefined {
  const ids = new Set(records.map(({ dynamodb }) => JSON.stringify(dynamodb.Keys.id)));
  const [one, ...others] = [...ids];
  return one && others.length === 0 ? /"S":"([^"]+)"/.exec(one)?.[1] : undefined;
}
