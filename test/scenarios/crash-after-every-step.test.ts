import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charge } from '../../lambdas/flows/charge.ts';
import { createPayment } from '../../lambdas/flows/create-payment.ts';
import { operate } from '../../lambdas/flows/operate.ts';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { readCharge, readSession } from '../../lambdas/merchant/requests.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { nextKlarnaTask } from '../../lambdas/payment/tasks.ts';

import { type FlowHouse, Killed, startFlowHouse } from '../support/flow-dependencies.ts';
import * as shop from '../support/purchase.ts';
import { named } from '../support/reports.ts';

let house: FlowHouse;
beforeAll(async () => {
  house = await startFlowHouse();
});
afterAll(() => house.klarna.stop());

const minutes = 60_000;

/** A request that dies with its process is asked again by its caller, as callers do. */
async function insist<Value>(act: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      house.restart();
    }
  }
}

/** Time passes, and whatever is due is done, until nothing more is owed within two hours. */
async function rest(id: PaymentId): Promise<void> {
  for (let passed = 0; passed < 120; passed += 2) {
    house.forward(2 * minutes);
    await insist(() => runTasks(house.ports, id));
  }
}

const session = (flow: string) => {
  const read = readSession(shop.purchase({ flow }));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.session;
};

const create = (payment: PaymentId, flow: 'authorize' | 'buy_and_tokenize') =>
  createPayment(house.ports, { payment, session: session(flow), flow, fingerprint: 'f' });

const approve = (id: PaymentId) => {
  const hpp = house.payments.get(id)?.redirect_url?.split('/').at(-1) ?? '';
  house.klarna.control.shopper(hpp, 'approve');
};

const ordersOf = (id: string) =>
  house.klarna.control.orders().filter(({ purchase }) => purchase.merchant_reference2 === id);

const capture = (payment: PaymentId, amount: number) =>
  operate(house.ports, {
    payment,
    kind: 'capture',
    key: `capture ${amount}`,
    request: { amount },
    fingerprint: `${amount}`,
  });

/** Every step of a story, killed before and after it happens. The story is played once more for each. */
const everyStep = (most: number) =>
  Array.from({ length: most }, (_, n) => n + 1).flatMap((step) =>
    (['before', 'after'] as const).map((when) => ({ step, when })),
  );

let count = 0;
const fresh = () => named(`crash-${++count}`);

describe('a process that is killed at any step of creating a payment', () => {
  test.each(everyStep(9))('$when step $step leaves one payment with one page', async ({ step, when }) => {
    const id = fresh();
    house.killAt(step, when);
    const created = await insist(() => create(id, 'buy_and_tokenize'));
    expect(created).toMatchObject({ outcome: 'created', redirect_url: house.payments.get(id)?.redirect_url });
    expect(house.payments.get(id)?.changes.map(({ pspStatus }) => pspStatus)).toEqual(['CREATE']);
    house.restart();
  });
});

describe('a process that is killed at any step of duty', () => {
  test.each(everyStep(34))(
    '$when step $step makes one customer token and one order all the same',
    async ({ step, when }) => {
      const id = fresh();
      await create(id, 'buy_and_tokenize');
      approve(id);
      house.killAt(step, when);
      await rest(id);
      house.restart();
      expect(ordersOf(id)).toHaveLength(1);
      expect(house.payments.get(id)).toMatchObject({
        stage: 'ordered',
        facts: { order_id: ordersOf(id)[0]?.order_id },
      });
      const { operations = [], changes = [] } = house.payments.get(id) ?? {};
      expect(operations.map(({ kind, result }) => `${kind} ${result?.state}`)).toEqual([
        'session SUCCESS',
        'customer_token SUCCESS',
        'order SUCCESS',
      ]);
      expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, n) => n + 1));
      expect([...house.tokens.values()].filter(({ payment }) => payment === id)).toHaveLength(1);
    },
  );
});

describe('a process that is killed at any step of a capture', () => {
  test.each(everyStep(14))('$when step $step captures once', async ({ step, when }) => {
    const id = fresh();
    await create(id, 'authorize');
    approve(id);
    await rest(id);
    house.killAt(step, when);
    await insist(() => capture(id, 400));
    await rest(id);
    house.restart();
    expect(ordersOf(id)[0]?.captures).toHaveLength(1);
    expect(house.payments.get(id)).toMatchObject({ stage: 'part_captured', order: { captured_amount: 400 } });
  });

  test.each(everyStep(14))(
    '$when step $step and is never asked again still captures once, or never began',
    async ({ step, when }) => {
      const id = fresh();
      await create(id, 'authorize');
      approve(id);
      await rest(id);
      house.killAt(step, when);
      await capture(id, 400).catch(() => house.restart());
      await rest(id);
      house.restart();
      const begun = house.payments.get(id)?.operations.filter(({ kind }) => kind === 'capture') ?? [];
      expect(ordersOf(id)[0]?.captures).toHaveLength(begun.length);
      expect(begun.every(({ result }) => result?.state === 'SUCCESS')).toBe(true);
      expect(nextKlarnaTask(house.payments.get(id) ?? expect.fail())?.kind).toBe('read order');
    },
  );
});

describe('a process that is killed at any step of a charge', () => {
  test.each(everyStep(14))('$when step $step charges once', async ({ step, when }) => {
    const [buyer, id] = [fresh(), fresh()];
    await create(buyer, 'buy_and_tokenize');
    approve(buyer);
    await rest(buyer);
    const token = [...house.tokens.values()].find(({ payment }) => payment === buyer) ?? expect.fail();
    const read = readCharge(shop.charge('merchant'), 'DE');
    const request = 'charge' in read ? read.charge : expect.fail();
    house.killAt(step, when);
    await charge(house.ports, { payment: id, token, request, fingerprint: 'f' }).catch(() => house.restart());
    await rest(id);
    house.restart();
    const begun = house.payments.get(id)?.operations ?? [];
    expect(ordersOf(id)).toHaveLength(begun.length);
    expect(house.payments.get(id)?.stage).toBe(begun.length > 0 ? 'ordered' : undefined);
  });
});

test('the steps above are all that there are', async () => {
  const id = fresh();
  const counted = async (act: () => Promise<unknown>) => {
    house.killAt(undefined);
    await act();
    return house.steps();
  };
  expect(await counted(() => create(id, 'buy_and_tokenize'))).toBeLessThanOrEqual(9);
  approve(id);
  house.forward(3 * minutes);
  expect(await counted(() => runTasks(house.ports, id))).toBeLessThanOrEqual(34);
  expect(house.payments.get(id)?.stage).toBe('ordered');
  expect(await counted(() => capture(id, 400))).toBeLessThanOrEqual(14);
});

describe('who races for one authorization', () => {
  test('ten runs of duty at once make one order', async () => {
    const id = fresh();
    await create(id, 'buy_and_tokenize');
    approve(id);
    house.forward(3 * minutes);
    await Promise.all(Array.from({ length: 10 }, () => runTasks(house.ports, id)));
    await rest(id);
    expect(ordersOf(id)).toHaveLength(1);
    expect(house.payments.get(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
  });
});
