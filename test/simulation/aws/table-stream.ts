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
export function tableStream(run: RunContext, readers: Record<StreamReader, InvokeReader>) {
  const { clock, faults } = run;
  const record = streamRecords(clock.date);
  const past: { at: number; record: StreamRecord }[] = [];
  let discarded = 0;

  const connect = (name: StreamReader) => {
    const settings = mappings[name];
    const waiting = new Set<StreamRecord>();
    let deleted = false;
    const reader = feed({
      settings,
      now: clock.date,
      invoke: async (batch) => {
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
      onDiscard: () => {
        if (name === 'outbox') discarded += 1;
      },
      backOff: (retry) => clock.sleep(Math.min(100 * 2 ** retry, 30_000)),
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
    return { add, end };
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
    /** How many records the outbox's mapping discarded. */
    discarded: () => discarded,
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
