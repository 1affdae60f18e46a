import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type DeliveryOptions, deliver } from './delivery.ts';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

/** Passes the records of a stream on to a function. */
export type Feed = {
  add: (record: StreamRecord) => void;
  /** Resolves when every record is delivered or discarded, those added meanwhile too. */
  drained: () => Promise<void>;
  /** Ends after the current call. */
  stop: () => Promise<void>;
};

type FeedOptions = Omit<DeliveryOptions, 'isOver'> & {
  settings: DeliveryOptions['settings'] & Pick<StreamMapping, 'BatchSize' | 'ParallelizationFactor'>;
};

/**
 * Lambda's event source mapping of a stream with one shard: records of one key share a lane, and each lane has at most
 * one batch in progress.
 */
export function feed(options: FeedOptions): Feed {
  const { BatchSize, ParallelizationFactor } = options.settings;
  let over = false;
  const lanes = Array.from({ length: ParallelizationFactor }, () =>
    lane(async (waiting) => {
      while (waiting.length > 0 && !over) {
        await deliver(waiting.splice(0, BatchSize), { ...options, isOver: () => over });
      }
    }),
  );
  const drained = async () => {
    while (lanes.some(({ running }) => running())) await Promise.all(lanes.map(({ running }) => running()));
  };
  const stop = () => {
    over = true;
    return drained();
  };
  return { add: (record) => lanes[laneOf(record, ParallelizationFactor)]?.add(record), drained, stop };
}

/** Milliseconds before a stream is read, as on AWS: records that arrive within them share a batch. */
const batchingWindow = 20;

/** A queue whose worker runs while it holds records. */
function lane(empty: (waiting: StreamRecord[]) => Promise<void>) {
  const waiting: StreamRecord[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    await empty(waiting);
    running = undefined;
  };
  const add = (record: StreamRecord) => {
    waiting.push(record);
    running ??= pause(batchingWindow).then(run);
  };
  return { add, running: () => running };
}

const laneOf = ({ dynamodb }: StreamRecord, count: number): number =>
  createHash('sha256').update(JSON.stringify(dynamodb.Keys)).digest().readUInt32BE() % count;
