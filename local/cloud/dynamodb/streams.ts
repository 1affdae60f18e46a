import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from '../cloud.ts';
import { deliveredImages } from './delivered.ts';
import { type Feed, feed } from './feed.ts';
import { matches } from './filter.ts';
import type { Folder } from '../../folder.ts';
import { type StreamRecord, streamRecords } from './records.ts';
import type { RunningFunction } from '../running-function.ts';
import type { StreamMapping } from './tables.ts';

export type Streams = {
  /** Resolves when every change so far has been delivered or dropped. */
  settled: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A mapping with the function that runs behind it. */
export type Connection = { mapping: StreamMapping; invoke: RunningFunction['invoke'] };

/** What was given up: where the template sends it, and what Lambda says of it. */
export type Dropped = { destination: string | undefined; [said: string]: unknown };

const longestPause = 30_000;

/** Connects tables and functions as the template says. With a folder, what an earlier run left undelivered goes first. */
export async function startStreams(wired: {
  connections: Connection[];
  folder: Folder | undefined;
  cloud: Pick<Cloud, 'itemsOf' | 'onChange'>;
  record: (record: StreamRecord) => void;
  dropped: (message: Dropped) => void;
}): Promise<Streams> {
  const now = () => new Date();
  const write = streamRecords(now);
  const end = new AbortController();
  const backOff = (retry: number) =>
    pause(Math.min(100 * 2 ** retry, longestPause), undefined, { signal: end.signal }).catch(() => undefined);
  const feeds: { mapping: StreamMapping; feed: Feed }[] = [];

  for (const { mapping, invoke } of wired.connections) {
    const progress = wired.folder && deliveredImages(wired.folder, mapping);
    const fed = feed({
      settings: mapping,
      invoke,
      delivered: (records) => progress?.remember(records),
      dropped: (records, condition) => wired.dropped(failureMessage({ mapping, records, condition, now })),
      now,
      backOff,
    });
    feeds.push({ mapping, feed: fed });
    for (const change of progress?.missed(await wired.cloud.itemsOf(mapping.table)) ?? []) {
      take({ mapping, feed: fed }, write(mapping.table, change));
    }
  }

  wired.cloud.onChange((table, change) => {
    const record = write(table, change);
    wired.record(record);
    for (const fed of feeds) if (fed.mapping.table.name === table.name) take(fed, record);
  });
  const settled = async () => void (await Promise.all(feeds.map(({ feed }) => feed.settled())));
  const stop = async () => {
    end.abort();
    await Promise.all(feeds.map(({ feed }) => feed.stop()));
  };
  return { settled, stop };
}

/** What no filter lets through is settled without a call. */
function take({ mapping: { filters }, feed }: { mapping: StreamMapping; feed: Feed }, record: StreamRecord): void {
  if (filters.length === 0 || filters.some((pattern) => matches(pattern, record))) feed.take(record);
}

/** What Lambda sends to a failure destination: not the rows, but where in the stream they are. */
function failureMessage(given: {
  mapping: StreamMapping;
  records: StreamRecord[];
  condition: string;
  now: () => Date;
}): Dropped {
  const { mapping, records, condition, now } = given;
  const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const arrived = records.map(({ dynamodb }) => new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString());
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
      approximateArrivalOfFirstRecord: arrived[0],
      approximateArrivalOfLastRecord: arrived.at(-1),
      batchSize: records.length,
    },
  };
}
