import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, test } from 'vitest';
import { acknowledgements } from '../../../lambdas/aws/acknowledgements.ts';
import { minute, paymentIdOf } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

/** A payment by its number, in its incarnation. */
const order = (n: number, incarnation = 'a') => ({ id: paymentIdOf(`order-${n}`), incarnation });
const now = () => new Date(minute(30));

onEveryEngine((engine) => {
  const tables = tablesOn(engine);

  test('the last accepted change of each payment is kept for a month', async () => {
    const { db, progress } = tables();
    const { save, last } = acknowledgements({ db, table: progress, now });
    expect(await last(order(1))).toBe(0);
    for (const accepted of [3, 4, 2]) await save(order(1), accepted); // a slow process takes nothing back
    expect([await last(order(1)), await last(order(2))]).toEqual([4, 0]);
    expect(await last(order(1, 'b'))).toBe(0); // another item of the same id
    const { Items } = await db.send(new ScanCommand({ TableName: progress }));
    expect(Items).toEqual([
      { id: 'acknowledged/order-1/a', accepted: 4, expiresAt: now().getTime() / 1000 + 30 * 86_400 },
    ]);
  });
});

test('a note that cannot be saved is an error', async () => {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  mockClient(db).on(PutCommand).rejects(new Error('throttled'));
  await expect(acknowledgements({ db, table: 't', now }).save(order(1), 1)).rejects.toThrow('throttled');
});
