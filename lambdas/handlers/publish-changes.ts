import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type PublishChangesDependencies, publishChangesDependencies } from '../dependencies/publish-changes.ts';
import { lambdaHandler } from './lambda-handler.ts';

/**
 * Publishes the changes that rows of the table's stream added, and reports the first refused row, where the stream
 * resumes.
 */
export const publishChanges =
  (dependencies: PublishChangesDependencies) =>
  async ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>): Promise<DynamoDBBatchResponse> => {
    type Rows = Parameters<PublishChangesDependencies['publish']>[0];
    const { published, acknowledged, refused, stuck } = await dependencies.publish(Records as Rows);
    const unacknowledged = await acknowledge(dependencies, acknowledged);
    dependencies.logger({
      level: stuck ? 'error' : 'info',
      message: 'published',
      fields: { rows: Records.length, ...stuck, reason: refused[0], unacknowledged },
      metrics: { Published: published, ...(refused.length > 0 && { Refused: refused.length }) },
    });
    return { batchItemFailures: stuck ? [{ itemIdentifier: stuck.resumeAt }] : [] };
  };

export const handler = await lambdaHandler(publishChangesDependencies, publishChanges);

type Published = Awaited<ReturnType<PublishChangesDependencies['publish']>>;

/**
 * Changes whose acknowledgement cannot be saved are published again by a task; the stream does not wait for that.
 * Returns the reason.
 */
async function acknowledge(
  dependencies: PublishChangesDependencies,
  acknowledged: Published['acknowledged'],
): Promise<string | undefined> {
  const saves = acknowledged.map(({ payment, sequence }) => dependencies.acknowledge(payment, sequence));
  const failed = (await Promise.allSettled(saves)).find(({ status }) => status === 'rejected');
  return failed && 'reason' in failed ? String(failed.reason?.name) : undefined;
}
