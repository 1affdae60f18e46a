import { setTimeout as pause } from 'node:timers/promises';
import type { Folder } from '../../folder.ts';
import type { Cloud } from '../cloud.ts';
import type { DiscardedBatch } from '../queues.ts';
import type { RunningFunction } from '../running-function.ts';
import type { DiscardCondition } from './delivery.ts';
import { type Feed, feed } from './feed.ts';
import { matches } from './filter.ts';
import { deliveryProgress } from './progress.ts';
import { type StreamRecord, streamRecords } from './records.ts';
import type { StreamMapping } from './tables.ts';

type Streams = {
  /** Resolves when every change so far is delivered or discarded. */
  drained: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A mapping and its running function. */
type Connection = { mapping: StreamMapping; invoke: RunningFunction['invoke'] };

const longestPause = 30_000;

/**
 * Connects tables and functions as the template says. With a folder, changes that an earlier run left undelivered go
 * first.
 */
export async function startStreams(options: {
  connections: Connection[];
  folder: Folder | undefined;
  cloud: Pick<Cloud, 'itemsOf' | 'onChange'>;
  onRecord: (record: StreamRecord) => void;
  onDiscard: (batch: DiscardedBatch) => void;
}): Promise<Streams> {
  const now = () => new Date();
  const recordOf = streamRecords(now);
  const end = new AbortController();
  const backOff = (retry: number) =>
    pause(Math.min(100 * 2 ** retry, longestPause), undefined, { signal: end.signal }).catch(() => undefined);
  const feeds: MappedFeed[] = [];

  for (const { mapping, invoke } of options.connections) {
    const progress = options.folder && deliveryProgress(options.folder, mapping);
    const added = feed({
      settings: mapping,
      invoke,
      onDone: (records) => progress?.save(records),
      onDiscard: (records, condition) => options.onDiscard(discardedBatch({ mapping, records, condition, now })),
      now,
      backOff,
    });
    feeds.push({ mapping, feed: added });
    for (const change of progress?.undelivered(await options.cloud.itemsOf(mapping.table)) ?? []) {
      addIfMatching({ mapping, feed: added }, recordOf(mapping.table, change));
    }
  }

  options.cloud.onChange((table, change) => {
    const record = recordOf(table, change);
    options.onRecord(record);
    for (const each of feeds) if (each.mapping.table.name === table.name) addIfMatching(each, record);
  });
  const drained = async () => void (await Promise.all(feeds.map(({ feed }) => feed.drained())));
  const stop = async () => {
    end.abort();
    await Promise.all(feeds.map(({ feed }) => feed.stop()));
  };
  return { drained, stop };
}

type MappedFeed = { mapping: StreamMapping; feed: Feed };

/** A record that no filter lets through needs no call. */
function addIfMatching({ mapping: { filters }, feed }: MappedFeed, record: StreamRecord): void {
  if (filters.length === 0 || filters.some((pattern) => matches(pattern, record))) feed.add(record);
}

/**
 * The message that Lambda sends to a failure destination: the position of the records in the stream, not their content.
 */
function discardedBatch(delivery: {
  mapping: StreamMapping;
  records: StreamRecord[];
  condition: DiscardCondition;
  now: () => Date;
}): DiscardedBatch {
  const { mapping, records, condition, now } = delivery;
  const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const arrivals = records.map(({ dynamodb }) => new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString());
  return {
    destination: mapping.DestinationConfig?.OnFailure.Destination,
    requestContext: { functionArn: mapping.function.arn, condition },
    version: '1.0',
    timestamp: now().toISOString(),
    DDBStreamBatchInfo: {
      streamArn: mapping.table.stream?.arn,
      shardId: 'shardId-local',
      startSequenceNumber: numbers[0],
      endSequenceNumber: numbers.at(-1),
      approximateArrivalOfFirstRecord: arrivals[0],
      approximateArrivalOfLastRecord: arrivals.at(-1),
      batchSize: records.length,
    },
  };
}
