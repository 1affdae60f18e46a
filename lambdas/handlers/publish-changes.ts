import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRow } from '../aws/outbox.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { type PublishChangesDependencies, publishChangesDependencies } from '../dependencies/publish-changes.ts';

/** Stop 6: the table's stream hands over before and after, what is new goes to the bus; the first refused row is reported back. */
export const publishChanges =
  (house: PublishChangesDependencies) =>
  async ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>): Promise<DynamoDBBatchResponse> => {
    const { published, acknowledged, refused, stuck } = await house.publish(Records as StreamRow[]);
    const unnoted = await acknowledge(house, acknowledged);
    house.journal({
      level: stuck ? 'error' : 'info',
      message: 'published',
      fields: { rows: Records.length, ...stuck, reason: refused[0], unnoted },
      metrics: { Published: published, ...(refused.length > 0 && { Refused: refused.length }) },
    });
    return { batchItemFailures: stuck ? [{ itemIdentifier: stuck.resumeAt }] : [] };
  };

export const handler = await lambdaHandler(publishChangesDependencies, publishChanges);

/** What is out is out: where it cannot be noted, duty publishes it once more, and nobody waits for that here. Says why. */
async function acknowledge(house: PublishChangesDependencies, acknowledged: Map<string, number>): Promise<string | undefined> {
  const notes = [...acknowledged].map(([payment, sequence]) => house.acknowledge(payment, sequence));
  const failed = (await Promise.allSettled(notes)).find(({ status }) => status === 'rejected');
  return failed && 'reason' in failed ? String(failed.reason?.name) : undefined;
}
