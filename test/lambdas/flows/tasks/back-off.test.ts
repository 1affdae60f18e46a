import { describe, expect, test } from 'vitest';
import type { TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { KlarnaError } from '../../../../lambdas/klarna/client/klarna-error.ts';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../../lambdas/payment/payment-id.ts';
import { nextKlarnaTask } from '../../../../lambdas/payment/tasks/tasks.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('backoff');

type Failure = Partial<ConstructorParameters<typeof KlarnaError>[0]>;

/** Ports under which Klarna fails these calls. */
const failing = (calls: string[], failure: Failure = { status: 429 }): Partial<TaskPorts> => ({
  klarna: (account) => {
    const fail = async () => {
      throw new KlarnaError({ operation: 'x', kind: 'unavailable', ...failure });
    };
    return { ...flows.ports.klarna(account), ...Object.fromEntries(calls.map((call) => [call, fail])) };
  },
});
const noSession = failing(['readHostedSession']);

const pauseOf = (id: PaymentId, key = 'read session') =>
  Date.parse(flows.payment(id).backoffs[key]?.until ?? '') - flows.ports.now().getTime();

async function created(flow: 'authorize' | 'buy_and_tokenize' = 'authorize') {
  const id = flows.newPayment();
  await flows.create(id, flow);
  flows.forward(3 * minutes);
  return id;
}

/** The pauses after so many failures in a row, in half minutes. */
async function pausesOf(id: PaymentId, count: number, ports: Partial<TaskPorts>): Promise<number[]> {
  const pauses: number[] = [];
  for (let n = 0; n < count; n++) {
    expect((await flows.run(id, ports)).failures).toMatchObject([{ kind: 'read session', inARow: n + 1 }]);
    pauses.push(Math.round(pauseOf(id) / (0.5 * minutes)));
    flows.forward(pauseOf(id) + 1000);
  }
  return pauses;
}

describe('each failure doubles the pause of its task', () => {
  test('up to an hour while Klarna does not answer', async () => {
    expect(await pausesOf(await created(), 9, noSession)).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120]);
  });

  test('up to a day once Klarna answers that there is nothing', async () => {
    const notThere = failing(['readHostedSession'], { kind: 'refused', status: 404, code: 'NOT_FOUND' });
    const pauses = await pausesOf(await created(), 12, notThere);
    expect(pauses.slice(6)).toEqual([64, 128, 256, 512, 1024, 2048]);
  });

  test('and says since when it fails', async () => {
    const id = await created();
    const since = flows.ports.now().toISOString();
    await pausesOf(id, 3, noSession);
    const backoff = flows.payment(id).backoffs['read session'];
    expect(backoff?.count).toBe(3);
    expect(Date.parse(backoff?.since ?? '') - Date.parse(since)).toBeLessThan(minutes);
  });
});

test('Klarna is not called before the time at which it accepts calls again', async () => {
  const id = await created();
  await flows.run(id, failing(['readHostedSession'], { retryAfter: 10 * minutes }));
  expect(Math.round(pauseOf(id) / minutes)).toBe(10);
  expect(nextKlarnaTask(flows.payment(id))?.dueAt).toBe(flows.payment(id).backoffs['read session']?.until);
  flows.forward(11 * minutes);
  await flows.run(id, failing(['readHostedSession'], { retryAfter: 30 * hours }));
  expect(Math.round(pauseOf(id) / minutes)).toBe(60);
});

test('a task that succeeds ends its pause', async () => {
  const id = await created();
  await flows.run(id, noSession);
  flows.forward(minutes);
  expect((await flows.run(id)).completed).toEqual(['read session']);
  expect(flows.payment(id).backoffs).toEqual({});
});

test('while an authorization is in hand a pause is five minutes at most: it expires after an hour', async () => {
  const id = await created('buy_and_tokenize');
  flows.shopper(id);
  await flows.run(id);
  const other = await created('buy_and_tokenize');
  flows.shopper(other);
  await flows.run(other, failing(['createCustomerToken']));
  for (let n = 0; n < 6; n++) {
    flows.forward(6 * minutes);
    await flows.run(other, failing(['createCustomerToken']));
  }
  const [operation] = Object.keys(flows.payment(other).backoffs).filter((key) => key.startsWith('finish operation'));
  expect(flows.payment(other).backoffs[operation ?? '']?.count).toBe(6);
  expect(pauseOf(other, operation)).toBeLessThanOrEqual(5 * minutes);
});
