import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { duePayments } from '../../../lambdas/aws/due-index.ts';
import { dueShards, paymentStore } from '../../../lambdas/aws/store.ts';
import { applyAll, minute, paymentIdOf, readHint, sessionUpdate } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

const now = () => new Date(minute(30));

onEveryEngine((engine) => {
  const tables = tablesOn(engine);
  const store = () => {
    const { db, payments } = tables();
    return paymentStore({ db, table: payments, retentionDays: 10, now, pause: async () => undefined });
  };
  const due = (query: { now: Date; most: number }) => {
    const { db, payments } = tables();
    return duePayments({ db, table: payments, index: 'due' })(query);
  };

  test('payments with a due task are found, longest overdue first, and no more than asked for', async () => {
    for (let n = 0; n < 40; n++)
      await store().save({ ...applyAll(readHint('order', n, 'o')).payment, version: 0, id: paymentIdOf(`due-${n}`) });
    for (let n = 0; n < 5; n++)
      await store().save({
        ...applyAll(sessionUpdate('CANCELLED', 1)).payment,
        version: 0,
        id: paymentIdOf(`over-${n}`),
      });
    const all = Array.from({ length: 30 }, (_, n) => `due-${n}`); // each from the minute after its report
    expect(await due({ now: now(), most: 100 })).toEqual(all);
    expect(await due({ now: now(), most: 7 })).toEqual(all.slice(0, 7));
    expect(await due({ now: new Date(minute(0)), most: 100 })).toEqual([]);
  });

  test('due payments are spread over all shards of the index, and only a row that is due at once is marked', async () => {
    const { db, payments } = tables();
    const { Items = [] } = await db.send(new ScanCommand({ TableName: payments }));
    expect(new Set(Items.map(({ dueShard }) => dueShard).filter(Boolean)).size).toBe(dueShards);
    for (const item of Items)
      expect(item.due === true).toBe(item.dueAt !== undefined && item.dueAt <= now().toISOString());
  });

  test('a payment is no longer due once its read is done', async () => {
    const id = paymentIdOf('read');
    await store().save({ ...applyAll(readHint('order', 1, 'o')).payment, version: 0, id });
    expect(await due({ now: now(), most: 100 })).toContain('read');
    const payment = (await store().find(id)) ?? expect.fail();
    await store().save({
      ...payment,
      lastReads: { order: { version: 9, at: minute(9), savedIn: 10 } },
      hintedOrders: [],
    });
    expect(await due({ now: now(), most: 100 })).not.toContain('read');
  });
});
