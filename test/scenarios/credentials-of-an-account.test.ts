import { expect, test } from 'vitest';
import { minutes } from '../../lambdas/payment/clocks.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('account');

test('every call for a payment of one account uses the credentials of that account', async () => {
  const accounts: string[] = [];
  const { klarna } = flows.ports;
  flows.ports.klarna = (account) => {
    accounts.push(account);
    return klarna('default');
  };
  const [payment, charged] = [flows.newPayment(), flows.newPayment()];
  await flows.create(payment, 'buy_and_tokenize', { account: 'north_america' });
  flows.shopper(payment);
  flows.forward(3 * minutes);
  await flows.run(payment);
  await flows.operate(payment, { kind: 'capture', key: 'k', request: {} });
  await flows.charge({ payment: charged, buyer: payment });
  expect([flows.payment(payment).stage, flows.payment(charged).stage]).toEqual(['captured', 'ordered']);
  expect(flows.payment(charged).account).toBe('north_america');
  expect(new Set(accounts)).toEqual(new Set(['north_america']));
});
