import { afterAll, beforeAll, expect, test } from 'vitest';
import { charge } from '../../lambdas/flows/charge.ts';
import { createPayment } from '../../lambdas/flows/create-payment.ts';
import { operate } from '../../lambdas/flows/operate.ts';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { readCharge, readSession } from '../../lambdas/merchant/requests.ts';
import { type FlowHouse, startFlowHouse } from '../support/flow-dependencies.ts';
import * as shop from '../support/purchase.ts';
import { named } from '../support/reports.ts';

let house: FlowHouse;
beforeAll(async () => {
  house = await startFlowHouse();
});
afterAll(() => house.klarna.stop());

test('whatever is asked for a payment of one account is asked with the credentials of that account', async () => {
  const asked: string[] = [];
  const { klarna } = house.ports;
  const ports = {
    ...house.ports,
    klarna: (account: string) => {
      asked.push(account);
      return klarna('default');
    },
  };
  const [payment, charged] = [named('abroad'), named('abroad-again')];
  const read = readSession({ ...shop.purchase({ flow: 'buy_and_tokenize' }), account: 'north_america' });
  const session = 'session' in read ? read.session : expect.fail();
  await createPayment(ports, { payment, session, flow: 'buy_and_tokenize', fingerprint: 'f' });
  house.klarna.control.shopper(house.payments.get(payment)?.redirect_url?.split('/').at(-1) ?? '', 'approve');
  house.forward(3 * 60_000);
  await runTasks(ports, payment);
  await operate(ports, { payment, kind: 'capture', key: 'k', request: {}, fingerprint: 'f' });
  const token = [...house.tokens.values()][0] ?? expect.fail();
  const again = readCharge(shop.charge('merchant'), token.country);
  const request = 'charge' in again ? again.charge : expect.fail();
  await charge(ports, { payment: charged, token, request, fingerprint: 'f' });
  expect([house.payments.get(payment)?.stage, house.payments.get(charged)?.stage]).toEqual(['captured', 'ordered']);
  expect(house.payments.get(charged)?.account).toBe('north_america');
  expect(new Set(asked)).toEqual(new Set(['north_america']));
});
