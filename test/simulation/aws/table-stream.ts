import { feed } from '../../../local/cloud/dynamodb/feed.ts';
import { matches } from '../../../local/cloud/dynamodb/filter.ts';
import { type StreamRecord, streamRecords } from '../../../local/cloud/dynamodb/records.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { mappings, type StreamReader, streamedTable } from '../relay/template-settings.ts';
import type { MemoryItemChange } from './dynamodb.ts';
import type { Invoke } from './lambda.ts';

export type InvokeReader = Invoke<{ Records: StreamRecord[] }, unknown>;

/** A stream keeps its records for a day, in milliseconds. */
const retention = 24 * 3600_000;

/** The stream of the payments table, and the functions that read it. A new mapping starts where its settings say. */
export function tableStream(
  run: RunContext,
  { onDiscard, ...readers }: Record<StreamReader, InvokeReader> & { onDiscard: (letter: object) => void },
) {
  const { clock, faults } = run;
  const record = streamRecords(clock.date);
  const past: { at: number; record: StreamRecord }[] = [];

  const connect = (name: StreamReader) => {
    const settings = mappings[name];
    const waiting = new Set<StreamRecord>();
    let deleted = false;
    const reader = feed({
      settings,
      now: clock.date,
      invoke: async (batch) => {
        if (faults.isDown('stream down')) throw new Error('the stream cannot be read (simulated)');
        try {
          return await readers[name](batch, onlyPayment(batch.Records));
        } catch (error) {
          const kind = batch.Records.length > 1 ? 'stream batch bisected' : 'stream record retried';
          faults.note(kind, `${batch.Records.length} of ${name}`, onlyPayment(batch.Records));
          throw error;
        }
      },
      onDone: (records) => {
        for (const each of records) waiting.delete(each);
      },
      onDiscard: (records, condition) => {
        if (name !== 'outbox') return;
        faults.note('row given up', `${records.length} rows: ${condition}`, onlyPayment(records));
        onDiscard(discardedLetter(records, { condition, at: clock.now() }));
      },
      backOff: (retry) => clock.sleep(pauseBefore(retry)),
    });
    const add = (added: StreamRecord) => {
      if (deleted || !passesFilter(name, added)) return;
      waiting.add(added);
      reader.add(added);
    };
    /** Deletes the mapping; returns how many records it had not delivered. */
    const end = () => {
      deleted = true;
      void reader.stop();
      return waiting.size;
    };
    /** When the oldest record that was not delivered reached the stream, in milliseconds. */
    const oldest = () => {
      const [first] = waiting;
      return first && first.dynamodb.ApproximateCreationDateTime * 1000;
    };
    return { add, end, oldest };
  };
  const reading = { outbox: connect('outbox'), due: connect('due') };

  /** Deletes the mapping and makes it again after `gap` milliseconds, as a deployment does that renames it. */
  const replace = async (name: StreamReader, gap: number) => {
    const [left, from] = [reading[name].end(), past.length];
    await clock.sleep(gap);
    reading[name] = connect(name);
    const fromStart = mappings[name].StartingPosition === 'TRIM_HORIZON';
    const again = fromStart ? past.filter(({ at }) => clock.now() - at < retention) : [];
    for (const { record: each } of again) reading[name].add(each);
    const missed = left + past.slice(from).filter(({ record: each }) => passesFilter(name, each)).length;
    if (fromStart) faults.note('outbox replayed', `${again.length} records`);
    else if (missed > 0) faults.note('wake-ups dropped', `${missed} records`);
  };
  return {
    onChange: (table: string, change: MemoryItemChange) => {
      if (table !== streamedTable.name) return;
      const added = record(streamedTable, change);
      past.push({ at: clock.now(), record: added });
      reading.outbox.add(added);
      reading.due.add(added);
    },
    replace,
    /** A restored table has a stream of its own: undelivered records of the old one are lost. */
    restart: () => {
      past.length = 0;
      for (const name of ['outbox', 'due'] as const) {
        reading[name].end();
        reading[name] = connect(name);
      }
    },
    /** When the oldest change that is not published reached the stream. */
    oldestUnpublished: () => reading.outbox.oldest(),
  };
}

/** Lambda retries ever more rarely. Milliseconds. */
const pauseBefore = (retry: number) => (retry > 20 ? 120_000 : Math.min(100 * 2 ** retry, 30_000));

/** Lambda's message about records that it discarded, as far as `redrive` reads it. */
function discardedLetter(records: StreamRecord[], { condition, at }: { condition: string; at: number }) {
  const arrivals = records.map(({ dynamodb }) => dynamodb.ApproximateCreationDateTime * 1000).sort();
  const instant = (ms = at) => new Date(ms).toISOString();
  return {
    requestContext: { condition },
    timestamp: instant(at),
    DDBStreamBatchInfo: {
      batchSize: records.length,
      approximateArrivalOfFirstRecord: instant(arrivals[0]),
      approximateArrivalOfLastRecord: instant(arrivals.at(-1)),
    },
  };
}

const passesFilter = (name: StreamReader, record: StreamRecord) => {
  const { filters } = mappings[name];
  return filters.length === 0 || filters.some((filter) => matches(filter, record));
};

/** The payment of all records, if they have the same one. */
function onlyPayment(records: StreamRecord[]): string | undefined {
  const ids = new Set(records.map(({ dynamodb }) => JSON.stringify(dynamodb.Keys.id)));
  const [one, ...others] = [...ids];
  return one && others.length === 0 ? /"S":"([^"]+)"/.exec(one)?.[1] : undefined;
}
