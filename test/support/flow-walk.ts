import { afterAll, expect } from 'vitest';
import { type ChargeResult, charge } from '../../lambdas/flows/charge.ts';
import { type CreatePaymentResult, createPayment } from '../../lambdas/flows/create-payment.ts';
import { type OperateResult, operate } from '../../lambdas/flows/operate.ts';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { readCharge, readSession } from '../../lambdas/merchant/requests.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { type FlowHouse, startFlowHouse } from './flow-dependencies.ts';
import * as shop from './purchase.ts';
import { named } from './reports.ts';

export const minutes = 60_000;
export const hours = 60 * minutes;

type Flow = 'authorize' | 'tokenize' | 'buy_and_tokenize';
type Operation = Pick<Parameters<typeof operate>[1], 'kind' | 'key' | 'request'>;
type Charging = { payment: PaymentId; buyer: PaymentId; initiator?: 'customer' | 'merchant'; more?: object };

/** What a merchant, a shopper and time do in a house of flows. */
export const walk = (house: FlowHouse) => ({
  create: (payment: PaymentId, flow: Flow, more: object = {}): Promise<CreatePaymentResult> => {
    const read = readSession(shop.purchase({ flow, ...more }));
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const fingerprint = JSON.stringify(more);
    return createPayment(house.ports, { payment, session: read.session, flow, fingerprint });
  },
  shopper: (id: PaymentId, does: 'approve' | 'decline' | 'cancel' = 'approve') => {
    const hpp = house.payments.get(id)?.redirect_url?.split('/').at(-1) ?? '';
    house.klarna.control.shopper(hpp, does);
  },
  /** Time passes, and whatever is due every two minutes is done. */
  pass: async (id: PaymentId, ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 2 * minutes) {
      house.forward(2 * minutes);
      await runTasks(house.ports, id);
    }
  },
  operate: (payment: PaymentId, asked: Operation): Promise<OperateResult> =>
    operate(house.ports, { payment, ...asked, fingerprint: JSON.stringify(asked.request) }),
  charge: ({ payment, buyer, initiator = 'merchant', more = {} }: Charging): Promise<ChargeResult> => {
    const token = [...house.tokens.values()].find((each) => each.payment === buyer) ?? expect.fail();
    const read = readCharge(shop.charge(initiator, more), 'DE');
    const request = 'charge' in read ? read.charge : expect.fail();
    return charge(house.ports, { payment, token, request, fingerprint: JSON.stringify(more) });
  },
  item: (id: PaymentId): Payment => house.payments.get(id) ?? expect.fail(`${id} is not kept`),
  orders: (id: PaymentId) =>
    house.klarna.control.orders().filter(({ purchase }) => purchase.merchant_reference2 === id),
});

/** A house of flows for the tests of one file; `fresh` names a payment that no other test has. */
export async function onTheRoad(prefix: string) {
  const house = await startFlowHouse();
  afterAll(() => house.klarna.stop());
  let count = 0;
  return { house, road: walk(house), fresh: () => named(`${prefix}-${++count}`) };
}
