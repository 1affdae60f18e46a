import { beforeEach, describe, expect, test } from 'vitest';
import type { TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { KlarnaError } from '../../../../lambdas/klarna/client/klarna-error.ts';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import { limits } from '../../../../lambdas/payment/limits.ts';
import { record } from '../../../../lambdas/payment/record.ts';
import { readHint, sessionUpdate } from '../../../support/builders/reports.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('tasks');
beforeEach(() => {
  flows.storeCalls.length = 0;
});

type KlarnaCall = 'readHostedSession' | 'readOrder' | 'createCustomerToken' | 'placeOrder';

/** Ports under which Klarna does not serve these calls. */
const unavailable = (...calls: KlarnaCall[]): Partial<TaskPorts> => ({
  klarna: (account) => {
    const fail = async () => {
      throw new KlarnaError({ operation: 'x', kind: 'unavailable', status: 503 });
    };
    return { ...flows.ports.klarna(account), ...Object.fromEntries(calls.map((call) => [call, fail])) };
  },
});
const noSession = unavailable('readHostedSession');

/** A payment whose session ended three days ago and cannot be read. */
async function overdue() {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.forward(75 * hours);
  return id;
}

describe('a failing task', () => {
  test('stops no other one: a warning is given in the same run, once', async () => {
    const id = await overdue();
    const { warnings, failures, completed } = await flows.run(id, noSession);
    expect(failures).toMatchObject([{ kind: 'read session', inARow: 1, error: { status: 503 } }]);
    expect(completed).toEqual(['confirm changes', 'warn']);
    expect(warnings.map(({ attention }) => attention?.reason)).toEqual(['stuck']);
    expect(await flows.run(id, noSession)).toMatchObject({ completed: [], failures: [], warnings: [] });
  });

  test('is tried once in a run', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    const { completed, failures } = await flows.run(id, unavailable('readOrder'));
    expect([completed, failures.map(({ kind }) => kind)]).toEqual([['read session'], ['read order']]);
  });

  test('does not keep an authorization from its order: what needs a token comes first', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    await flows.run(id, unavailable('createCustomerToken'));
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, { ...readHint('session', 0), observedAt });
    flows.forward(3 * minutes);
    const { completed, failures } = await flows.run(id, noSession);
    expect(completed).toEqual(['finish operation', 'place order']);
    expect(failures.map(({ kind }) => kind)).toEqual(['read session']);
    expect(flows.payment(id).stage).toBe('ordered');
  });

  test('warns after four hours of failures in a row, and not again', async () => {
    const id = await flows.ordered('authorize');
    flows.forward(5 * hours);
    await flows.run(id, unavailable('readOrder'));
    flows.forward(4 * hours + minutes);
    const reasons = (await flows.run(id, unavailable('readOrder'))).warnings.map(({ attention }) => attention);
    expect(reasons).toMatchObject([{ reason: 'task_failing', task: 'read order' }]);
    flows.forward(2 * hours);
    expect((await flows.run(id, unavailable('readOrder'))).warnings).toEqual([]);
    flows.forward(2 * hours);
    await flows.run(id);
    expect(flows.payment(id).backoffs).toEqual({});
  });
});

test('a run does ten tasks at most: the others wait for the next one', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  for (let n = 0; n < limits.hintedOrders; n++) {
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, { ...readHint('order', 0, `unknown ${n}`), observedAt });
  }
  flows.forward(75 * hours);
  const { completed, failures } = await flows.run(id, noSession);
  expect(completed.length + failures.length).toBe(10);
});

describe('a run reads the payment once', () => {
  test('and saves it once for a session that is due', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.forward(3 * minutes);
    flows.storeCalls.length = 0;
    expect((await flows.run(id)).completed).toEqual(['read session']);
    expect(flows.storeCalls).toEqual(['find', 'save']);
  });

  test('and saves it once per task, when one task leads to the next', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    flows.storeCalls.length = 0;
    expect((await flows.run(id)).completed).toEqual(['read session', 'read order']);
    expect(flows.storeCalls).toEqual(['find', 'save', 'save']);
  });

  test('and saves it twice for each request to Klarna that must not be lost: claimed, then answered', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    flows.storeCalls.length = 0;
    expect((await flows.run(id)).completed).toEqual(['read session', 'create customer token', 'place order']);
    expect(flows.storeCalls).toEqual(['find', 'save', 'save', 'save', 'save', 'save']);
  });

  test('and saves nothing when no task is due', async () => {
    const id = await flows.ordered('authorize');
    flows.storeCalls.length = 0;
    expect((await flows.run(id)).completed).toEqual([]);
    expect(flows.storeCalls).toEqual(['find']);
  });
});

describe('a run counts only what it recorded itself', () => {
  /** Ports of a run in which another function acts once, just before Klarna answers. */
  const overtakenBy = (act: () => Promise<unknown>): Partial<TaskPorts> => {
    let isFirst = true;
    const actOnce = async () => {
      const wasFirst = isFirst;
      isFirst = false;
      if (wasFirst) await act();
    };
    return {
      klarna: (account) => {
        const klarna = flows.ports.klarna(account);
        const overtaken =
          <Given, Answer>(call: (given: Given) => Promise<Answer>) =>
          async (given: Given) => {
            await actOnce();
            return call(given);
          };
        return {
          ...klarna,
          readHostedSession: overtaken(klarna.readHostedSession),
          readOrder: overtaken(klarna.readOrder),
        };
      },
    };
  };

  test('not a conflict that a callback caused meanwhile', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.shopper(id, 'cancel');
    await flows.pass(id, 4 * minutes);
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, { ...readHint('session', 0), observedAt });
    const contradiction = { ...sessionUpdate('COMPLETED', 0), observedAt };
    const outcomes: string[] = [];
    const run = await flows.run(
      id,
      overtakenBy(async () => outcomes.push((await record(flows.ports.store, id, contradiction))[1])),
    );
    expect(outcomes).toEqual(['conflict']);
    expect(flows.payment(id).conflicts).toHaveLength(1);
    expect(run).toMatchObject({ conflicts: 0, refusals: 0 });
    expect(run.completed).toContain('read session');
  });

  test('not a refusal of an operation that a request finished meanwhile', async () => {
    const id = await flows.ordered('authorize');
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, { ...readHint('order', 0), observedAt });
    flows.klarna.control.answers([{ path: '/captures', status: 403, error_code: 'CAPTURE_NOT_ALLOWED' }]);
    const capture = () => flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    const run = await flows.run(id, overtakenBy(capture));
    expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'capture', result: { state: 'ERROR' } });
    expect(run).toMatchObject({ completed: ['read order'], conflicts: 0, refusals: 0 });
  });

  test('and its own refusal once', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'tokenize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    flows.klarna.control.answers([{ path: '/customer-token', status: 403, error_code: 'NOT_ALLOWED' }]);
    expect(await flows.run(id)).toMatchObject({ conflicts: 0, refusals: 1 });
  });
});
