import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { documentClient } from '../../lambdas/aws/document-client.ts';
import { type RepublishResult, republish } from '../../lambdas/aws/republish.ts';
import { paymentStore } from '../../lambdas/aws/store.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { type PaymentId, paymentId } from '../../lambdas/payment/payment-id.ts';
import type { RelayResources } from './relay-resources.ts';

/** The changes of one payment, as much of them as it takes to choose some, and how many were known to be out when. */
export type PaymentChanges = {
  payment: PaymentId;
  changes: { sequence: number; observedAt: string }[];
  confirmation?: { sequence: number; at: string } | undefined;
};

/** The payments of a deployment, and the bus that their changes go to. */
export type Payments = {
  find: (payment: PaymentId) => Promise<Payment | undefined>;
  /** Every payment of the table, in no order. Reads the whole table. */
  all: () => AsyncGenerator<PaymentChanges>;
  /** The number of payments, which DynamoDB counts every six hours. */
  approximateCount: () => Promise<number>;
  /** Publishes the changes from `from` on again. The replay of this payment began at `start`. */
  republish: (replay: { payment: Payment; from: number; start: number }) => Promise<RepublishResult>;
};

export function paymentsOf({ table: TableName, bus, aws }: RelayResources): Payments {
  const db = documentClient(aws);
  const now = () => new Date();
  const { find } = paymentStore({ db, table: TableName, retentionDays: 0, now, pause: async () => undefined });
  return {
    find,
    all: () => scan(db, TableName),
    approximateCount: async () => {
      const { Table } = await db.send(new DescribeTableCommand({ TableName }));
      return Table?.ItemCount ?? 0;
    },
    republish: republish({ client: new EventBridgeClient({ maxAttempts: 5, ...aws }), bus }),
  };
}

const item = z.object({
  id: z.string(),
  changes: z._default(z.array(z.object({ sequence: z.number(), observedAt: z.string() })), []),
  confirmation: z.optional(z.object({ sequence: z.number(), at: z.string() })),
});

async function* scan(db: DynamoDBDocumentClient, TableName: string): AsyncGenerator<PaymentChanges> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const projection = { ProjectionExpression: 'id, changes, confirmation', ConsistentRead: true };
    const page = await db.send(new ScanCommand({ TableName, ...projection, ExclusiveStartKey }));
    for (const each of page.Items ?? []) {
      const { id, ...chosen } = item.parse(each);
      const payment = paymentId(id);
      if (payment) yield { payment, ...chosen };
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
