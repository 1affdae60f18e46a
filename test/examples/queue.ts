import { expect } from 'vitest';
import type { SqsBatch, SqsResult } from '../../examples/subscriber/subscriber.ts';

type Consumer = { to: (batch: SqsBatch) => Promise<SqsResult>; batchSize: number };

/** Delivers messages in batches as an SQS queue does, until none is left: a failed one comes again later. */
export async function deliverMessages(bodies: string[], { to: consumer, batchSize }: Consumer): Promise<void> {
  const queue = bodies.map((body, index) => ({ messageId: String(index), body }));
  for (let batches = 0; queue.length > 0; batches++) {
    expect(batches, 'batches').toBeLessThan(bodies.length * bodies.length);
    const Records = queue.splice(0, batchSize);
    const { batchItemFailures } = await consumer({ Records });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    queue.push(...Records.filter(({ messageId }) => failed.has(messageId)));
  }
}
