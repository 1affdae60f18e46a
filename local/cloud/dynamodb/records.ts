import { randomUUID } from 'node:crypto';
import { region } from '../template.ts';
import { type ItemChange, keysOf } from './dynamodb.ts';
import type { Table } from './tables.ts';

/** A record of a table's stream as Lambda delivers it to a function. */
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

const viewsWithOld = ['NEW_AND_OLD_IMAGES', 'OLD_IMAGE'];
const viewsWithNew = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE'];

/** Makes the records of a table's stream, with the images of its view type, under rising sequence numbers. */
export function streamRecords(now: () => Date) {
  const start = BigInt(now().getTime()) * 10n ** 9n; // above the numbers of earlier runs over the same table
  let count = 0n;
  return (table: Table, { before, after }: ItemChange): StreamRecord => {
    const view = table.stream?.view ?? '';
    const images = {
      ...(before && viewsWithOld.includes(view) && { OldImage: before }),
      ...(after && viewsWithNew.includes(view) && { NewImage: after }),
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
