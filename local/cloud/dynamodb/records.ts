import { randomUUID } from 'node:crypto';
import { type ItemChange, keysOf } from './dynamodb.ts';
import type { Table } from './tables.ts';
import { region } from '../template.ts';

/** A record of a table's stream as Lambda hands it to a function. */
export type StreamRecord = {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    /** Seconds, as in Lambda's events. */
    ApproximateCreationDateTime: number;
    Keys: Record<string, unknown>;
    OldImage?: Record<string, unknown>;
    NewImage?: Record<string, unknown>;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
};

const oldIn = ['NEW_AND_OLD_IMAGES', 'OLD_IMAGE'];
const newIn = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE'];

/** Writes the records of a table's stream, with the images that its view type has, under rising sequence numbers. */
export function streamRecords(now: () => Date) {
  const start = BigInt(now().getTime()) * 10n ** 9n; // later runs over the same table go on above earlier ones
  let count = 0n;
  return (table: Table, { before, after }: ItemChange): StreamRecord => {
    const view = table.stream?.view ?? '';
    const images = {
      ...(before && oldIn.includes(view) && { OldImage: before }),
      ...(after && newIn.includes(view) && { NewImage: after }),
    };
    count += 1n;
    return {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: nameOf({ before, after }),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      eventSourceARN: table.stream?.arn ?? '',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(now().getTime() / 1000),
        Keys: keysOf(table, after ?? before ?? {}),
        ...images,
        SequenceNumber: String(start + count),
        SizeBytes: Buffer.byteLength(JSON.stringify(images)),
        StreamViewType: view,
      },
    };
  };
}

function nameOf({ before, after }: ItemChange): StreamRecord['eventName'] {
  if (!after) return 'REMOVE';
  return before ? 'MODIFY' : 'INSERT';
}
