import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { acknowledgements } from '../../../lambdas/aws/acknowledgements.ts';
import { minute, paymentIdOf } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

const now = () => new Date(minute(30));

onEveryEngine((engine) => {
  const tables = tablesOn(engine);

  test('the last accepted change of each payment is kept for a month', async () => {
    const { db, progress } = tables();
    const { save, last } = acknowledgements({ db, table: progress, now });
    expect(await last(paymentIdOf('order-1'))).toBe(0);
    await save('order-1', 3);
    await save('order-1', 4);
    expect([await last(paymentIdOf('order-1')), await last(paymentIdOf('order-2'))]).toEqual([4, 0]);
    const { Items } = await db.send(new ScanCommand({ TableName: progress }));
    expect(Items).toEqual([
      { id: 'acknowledged/order-1', sequence: 4, expiresAt: now().getTime() / 1000 + 30 * 86_400 },
    ]);
  });
});
