import { expect, test } from 'vitest';
import { customerTokens } from '../../../lambdas/aws/customer-tokens.ts';
import type { CustomerToken } from '../../../lambdas/payment/customer-token.ts';
import { minute, paymentIdOf } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

const tokenOf = (id: string, customer: string | undefined, at: number): CustomerToken => ({
  ...{ id, customer, createdAt: minute(at), sealed: 'x', account: 'default', payment: paymentIdOf('order-1') },
  ...{ status: 'ACTIVE', country: 'DE', locale: 'de-DE' },
});

onEveryEngine((engine) => {
  const tables = tablesOn(engine);

  test('customer tokens are found by id, and listed by customer with the newest first', async () => {
    const { db, tokens: table } = tables();
    const tokens = customerTokens({ db, table });
    for (const each of [tokenOf('a', 'ada', 1), tokenOf('b', 'ada', 3), tokenOf('c', 'grace', 2)])
      await tokens.save(each);
    await tokens.save(tokenOf('d', undefined, 4));
    expect(await tokens.find('a')).toEqual(tokenOf('a', 'ada', 1));
    expect(await tokens.find('z')).toBeUndefined();
    expect((await tokens.list('ada')).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(await tokens.list('unknown')).toEqual([]);
  });
});
