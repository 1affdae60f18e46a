import { expect, test } from 'vitest';
import type { TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { KlarnaError } from '../../../../lambdas/klarna/client/klarna-error.ts';
import { minutes } from '../../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../../lambdas/payment/payment-id.ts';
import { nextKlarnaTask } from '../../../../lambdas/payment/tasks.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('backoff');

/** Ports under which Klarna answers no call of a task. */
const unavailable = (retryAfter?: number): Partial<TaskPorts> => ({
  klarna: (account) => {
    const refuse = async () => {
      throw new KlarnaError({ operation: 'x', kind: 'unavailable', status: 429, retryAfter });
    };
    return {
      ...flows.ports.klarna(account),
      readHostedSession: refuse,
      placeOrder: refuse,
      createCustomerToken: refuse,
    };
  },
});

const pauseOf = (id: PaymentId) => Date.parse(flows.payment(id).backoff?.until ?? '') - flows.ports.now().getTime();

test('each failure doubles the pause, up to an hour', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.forward(3 * minutes);
  const pauses: number[] = [];
  for (let n = 0; n < 9; n++) {
    expect((await flows.run(id, unavailable())).failed).toMatchObject({ kind: 'read session', inARow: n + 1 });
    pauses.push(Math.round(pauseOf(id) / 30_000));
    flows.forward(pauseOf(id) + 1000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120]);
});

test('Klarna is not called before the time at which it accepts calls again', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.forward(3 * minutes);
  await flows.run(id, unavailable(10 * minutes));
  expect(Math.round(pauseOf(id) / minutes)).toBe(10);
  expect(nextKlarnaTask(flows.payment(id))?.dueAt).toBe(flows.payment(id).backoff?.until);
});

test('while an authorization is in hand the pause is five minutes at most: it expires after an hour', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  flows.forward(3 * minutes);
  await flows.run(id, unavailable());
  flows.forward(pauseOf(id) + 1000);
  await flows.run(id);
  for (let n = 0; n < 9; n++) {
    const one = await flows.run(id, {
      klarna: (account) => ({ ...flows.ports.klarna(account), placeOrder: async () => expect.fail('no answer') }),
    });
    expect(one.failed === undefined || pauseOf(id) <= 5 * minutes).toBe(true);
  }
  expect(flows.payment(id).facts.order_id).toBeDefined();
});
