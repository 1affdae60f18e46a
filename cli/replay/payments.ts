import { paymentId, type PaymentId } from '../../lambdas/payment/payment-id.ts';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { republish } from '../../lambdas/aws/republish.ts';
import { paymentStore } from '../../lambdas/aws/store.ts';

import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Deployment } from '../deployment.ts';

/** The changes of one payment, as far as choosing among them needs it. */
export type Listed = { payment: PaymentId; changes: { sequence: number; observedAt: string }[] };

/** The payments of a deployment, and the bus that their changes go to. */
export type Payments = {
  find: (payment: PaymentId) => Promise<Payment | undefined>;
  /** Every payment that is kept, in no order. It reads the whole table. */
  all: () => AsyncGenerator<Listed>;
  /** How many there are, as DynamoDB counted some hours ago. */
  about: () => Promise<number>;
  publishAgain: ReturnType<typeof republish>;
};

export function paymentsOf({ table: TableName, bus, aws }: Deployment): Payments {
  const plain = new DynamoDBClient(aws);
  const db = DynamoDBDocumentClient.from(plain);
  const now = () => new Date();
  const { find } = paymentStore({ db, table: TableName, retentionDays: 0, now, pause: async () => undefined });
  return {
    find,
    all: () => allIn(db, TableName),
    about: async () => {
      const { Table } = await plain.send(new DescribeTableCommand({ TableName }));
      return Table?.ItemCount ?? 0;
    },
    publishAgain: republish({ client: new EventBridgeClient({ maxAttempts: 5, ...aws }), bus }),
  };
}

const row = z.object({
  id: z.string(),
  changes: z._default(z.array(z.object({ sequence: z.number(), observedAt: z.string() })), []),
});

async function* allIn(db: DynamoDBDocumentClient, TableName: string): AsyncGenerator<Listed> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const projection = { ProjectionExpression: 'id, changes', ConsistentRead: true };
    const page = await db.send(new ScanCommand({ TableName, ...projection, ExclusiveStartKey }));
    for (const item of page.Items ?? []) {
      const { id, changes } = row.parse(item);
      const payment = paymentId(id);
      if (payment) yield { payment, changes };
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
