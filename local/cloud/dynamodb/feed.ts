import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type DeliveryWires, deliver } from './delivery.ts';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

/** Between a stream and a function: feeds it, and knows when everything that it took is out. */
export type Feed = {
  take: (record: StreamRecord) => void;
  /** Resolves when every record taken so far, and meanwhile, has been delivered or dropped. */
  settled: () => Promise<void>;
  /** Ends after the call that is under way. */
  stop: () => Promise<void>;
};

type FeedWires = Omit<DeliveryWires, 'isOver'> & {
  settings: DeliveryWires['settings'] & Pick<StreamMapping, 'BatchSize' | 'ParallelizationFactor'>;
};

/**
 * Lambda's event source mapping of a stream with one shard: records of one key share a lane, and of each lane one batch
 * is under way at a time.
 */
export function feed(wires: FeedWires): Feed {
  const { BatchSize, ParallelizationFactor } = wires.settings;
  let over = false;
  const lanes = Array.from({ length: ParallelizationFactor }, () =>
    lane(async (waiting) => {
      while (waiting.length > 0 && !over) {
        await deliver(waiting.splice(0, BatchSize), { ...wires, isOver: () => over });
      }
    }),
  );
  const settled = async () => {
    while (lanes.some(({ running }) => running())) await Promise.all(lanes.map(({ running }) => running()));
  };
  const stop = () => {
    over = true;
    return settled();
  };
  return { take: (record) => lanes[laneOf(record, ParallelizationFactor)]?.take(record), settled, stop };
}

/** Milliseconds; as on AWS a stream is read a moment later, and what came meanwhile shares a batch. */
const gathering = 20;

/** A queue with one worker, which runs while there is something to do. */
function lane(empty: (waiting: StreamRecord[]) => Promise<void>) {
  const waiting: StreamRecord[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    await empty(waiting);
    running = undefined;
  };
  const take = (record: StreamRecord) => {
    waiting.push(record);
    running ??= pause(gathering).then(run);
  };
  return { take, running: () => running };
}

const laneOf = ({ dynamodb }: StreamRecord, count: number): number =>
  createHash('sha256').update(JSON.stringify(dynamodb.Keys)).digest().readUInt32BE() % count;
