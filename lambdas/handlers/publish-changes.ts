import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRow } from '../aws/outbox.ts';
import { housed } from './house.ts';
import { type PublishingHouse, publishingHouse } from './publishing-house.ts';

/** Stop 6: the table's stream hands over before and after, what is new goes to the bus; the first refused row is reported back. */
export const publishChanges =
  ({ publish, journal }: PublishingHouse) =>
  async ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>): Promise<DynamoDBBatchResponse> => {
    const { published, refused, stuck } = await publish(Records as StreamRow[]);
    journal({
      level: stuck ? 'error' : 'info',
      message: 'published',
      fields: { rows: Records.length, ...stuck, reason: refused[0] },
      metrics: { Published: published, ...(refused.length > 0 && { Refused: refused.length }) },
    });
    return { batchItemFailures: stuck ? [{ itemIdentifier: stuck.resumeAt }] : [] };
  };

export const handler = await housed(publishingHouse, publishChanges);
