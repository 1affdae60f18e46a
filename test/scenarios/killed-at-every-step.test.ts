import { describe, expect, test } from 'vitest';
import { minutes } from '../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { nextKlarnaTask } from '../../lambdas/payment/tasks/tasks.ts';
import { startFlows } from '../support/harness/flows.ts';
import { Killed } from '../support/harness/kill-switch.ts';

const flows = await startFlows('killed');

/** Repeats a request that dies with its process, as callers do. */
async function untilDone<Value>(act: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      flows.restart();
    }
  }
}

/** Two hours pass, and due tasks run every two minutes, in a new process after each death. */
async function passTwoHours(id: PaymentId): Promise<void> {
  for (let passed = 0; passed < 120; passed += 2) {
    flows.forward(2 * minutes);
    await untilDone(() => flows.run(id));
  }
}

const capture = (id: PaymentId, amount: number) =>
  flows.operate(id, { kind: 'capture', key: `capture ${amount}`, request: { amount } });

/** The most steps that each story takes. The last test checks them. */
const steps = { create: 9, tasks: 34, capture: 14, charge: 14 };

/** Before and after every step of a story, which is played once for each. */
const everyStep = (most: number) =>
  Array.from({ length: most }, (_, n) => n + 1).flatMap((step) =>
    (['before', 'after'] as const).map((when) => ({ step, when })),
  );

describe('a process that is killed while it creates a payment', () => {
  test.each(everyStep(steps.create))('$when step $step leaves one payment with one page', async ({ step, when }) => {
    const id = flows.newPayment();
    flows.killAt(step, when);
    const created = await untilDone(() => flows.create(id, 'buy_and_tokenize'));
    expect(created).toMatchObject({ outcome: 'created', redirect_url: flows.payment(id).redirect_url });
    expect(flows.payment(id).changes.map(({ pspStatus }) => pspStatus)).toEqual(['CREATE']);
    flows.restart();
  });
});

describe('a process that is killed while it runs due tasks', () => {
  test.each(everyStep(steps.tasks))(
    '$when step $step still makes one customer token and one order',
    async ({ step, when }) => {
      const id = flows.newPayment();
      await flows.create(id, 'buy_and_tokenize');
      flows.shopper(id);
      flows.killAt(step, when);
      await passTwoHours(id);
      flows.restart();
      const orders = flows.orders(id);
      expect(orders).toHaveLength(1);
      expect(flows.payment(id)).toMatchObject({ stage: 'ordered', facts: { order_id: orders[0]?.order_id } });
      const { operations, changes } = flows.payment(id);
      expect(operations.map(({ kind, result }) => `${kind} ${result?.state}`)).toEqual([
        'session SUCCESS',
        'customer_token SUCCESS',
        'order SUCCESS',
      ]);
      expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, n) => n + 1));
      expect([...flows.tokens.values()].filter(({ payment }) => payment === id)).toHaveLength(1);
    },
  );
});

describe('a process that is killed while it captures', () => {
  const approved = async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.shopper(id);
    await passTwoHours(id);
    return id;
  };

  test.each(everyStep(steps.capture))('$when step $step captures once', async ({ step, when }) => {
    const id = await approved();
    flows.killAt(step, when);
    await untilDone(() => capture(id, 400));
    await passTwoHours(id);
    flows.restart();
    expect(flows.orders(id)[0]?.captures).toHaveLength(1);
    expect(flows.payment(id)).toMatchObject({ stage: 'part_captured', order: { captured_amount: 400 } });
  });

  test.each(everyStep(steps.capture))(
    '$when step $step and is not asked again captures once or claimed nothing',
    async ({ step, when }) => {
      const id = await approved();
      flows.killAt(step, when);
      await capture(id, 400).catch(() => flows.restart());
      await passTwoHours(id);
      flows.restart();
      const claimed = flows.payment(id).operations.filter(({ kind }) => kind === 'capture');
      expect(flows.orders(id)[0]?.captures).toHaveLength(claimed.length);
      expect(claimed.every(({ result }) => result?.state === 'SUCCESS')).toBe(true);
      expect(nextKlarnaTask(flows.payment(id))?.kind).toBe('read order');
    },
  );
});

describe('a process that is killed while it charges', () => {
  test.each(everyStep(steps.charge))('$when step $step charges once or claimed nothing', async ({ step, when }) => {
    const [buyer, id] = [flows.newPayment(), flows.newPayment()];
    await flows.create(buyer, 'buy_and_tokenize');
    flows.shopper(buyer);
    await passTwoHours(buyer);
    flows.killAt(step, when);
    await flows.charge({ payment: id, buyer }).catch(() => flows.restart());
    await passTwoHours(id);
    flows.restart();
    const claimed = flows.payments.get(id)?.operations ?? [];
    expect(flows.orders(id)).toHaveLength(claimed.length);
    expect(flows.payments.get(id)?.stage).toBe(claimed.length > 0 ? 'ordered' : undefined);
  });
});

test('no story takes more steps than are killed', async () => {
  const [id, charged] = [flows.newPayment(), flows.newPayment()];
  const stepsOf = async (act: () => Promise<unknown>) => {
    flows.killAt(undefined);
    await act();
    return flows.steps();
  };
  expect(await stepsOf(() => flows.create(id, 'buy_and_tokenize'))).toBeLessThanOrEqual(steps.create);
  flows.shopper(id);
  flows.forward(3 * minutes);
  expect(await stepsOf(() => flows.run(id))).toBeLessThanOrEqual(steps.tasks);
  expect(flows.payment(id).stage).toBe('ordered');
  expect(await stepsOf(() => capture(id, 400))).toBeLessThanOrEqual(steps.capture);
  expect(await stepsOf(() => flows.charge({ payment: charged, buyer: id }))).toBeLessThanOrEqual(steps.charge);
});

test('ten runs at once make one order of one authorization', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  flows.forward(3 * minutes);
  await Promise.all(Array.from({ length: 10 }, () => flows.run(id)));
  await passTwoHours(id);
  expect(flows.orders(id)).toHaveLength(1);
  expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
});
