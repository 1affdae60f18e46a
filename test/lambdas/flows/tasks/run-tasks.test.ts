import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPayment } from '../../../../lambdas/flows/create-payment.ts';
import { runTasks, type TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { KlarnaError } from '../../../../lambdas/klarna/client/klarna-error.ts';
import { readSession } from '../../../../lambdas/merchant/requests.ts';
import { record } from '../../../../lambdas/payment/record.ts';
import { nextKlarnaTask } from '../../../../lambdas/payment/tasks.ts';
import { type FlowHouse, startFlowHouse } from '../../../support/flow-dependencies.ts';
import * as shop from '../../../support/purchase.ts';
import { named } from '../../../support/reports.ts';

const minutes = 60_000;
const hours = 60 * minutes;
let house: FlowHouse;
let count = 0;
let id = named('a');
beforeAll(async () => {
  house = await startFlowHouse();
});
afterAll(() => house.klarna.stop());
beforeEach(() => {
  id = named(`advance-${++count}`);
});

const held = () => house.payments.get(id) ?? expect.fail('no payment');
const run = (ports: Partial<TaskPorts> = {}) => runTasks({ ...house.ports, ...ports }, id);

/** A payment whose callbacks are all lost. */
async function create(flow: 'authorize' | 'buy_and_tokenize' = 'authorize') {
  const read = readSession(shop.purchase({ flow }));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  await createPayment(house.ports, { payment: id, session: read.session, flow, fingerprint: 'f' });
}
const shopper = (does: 'approve' | 'back' | 'arrive') =>
  house.klarna.control.shopper(held().redirect_url?.split('/').at(-1) ?? '', does);

const unavailable = (retryAfter?: number): Partial<TaskPorts> => ({
  klarna: (account) => {
    const refuses = async () => {
      throw new KlarnaError({ operation: 'x', kind: 'unavailable', status: 429, retryAfter });
    };
    return {
      ...house.ports.klarna(account),
      readHostedSession: refuses,
      placeOrder: refuses,
      createCustomerToken: refuses,
    };
  },
});

describe('what callbacks should have told', () => {
  test('and a reading by the clock taught is told apart', async () => {
    await create();
    shopper('approve');
    house.forward(3 * minutes);
    const { completed, missed } = await run();
    expect(new Set(completed)).toEqual(new Set(['read session', 'read order']));
    expect(missed.map(({ pspStatus, observedVia }) => `${pspStatus} ${observedVia}`)).toEqual([
      'COMPLETED session_read',
    ]);
  });

  test('is nothing where the session has only been made', async () => {
    await create();
    house.forward(3 * minutes);
    expect(await run()).toMatchObject({ completed: ['read session'], missed: [] });
  });

  test('is nothing where a callback asked for the reading', async () => {
    await create();
    shopper('approve');
    const observedAt = house.ports.now().toISOString();
    await record(house.ports.store, id, {
      id: 'empty',
      source: 'status_update',
      verifiedBy: 'url_secret',
      at: observedAt,
      observedAt,
      facts: {},
      readRequest: 'session',
    });
    house.forward(1000);
    const { completed, missed } = await run();
    expect(new Set(completed)).toEqual(new Set(['read session', 'read order']));
    expect(missed).toEqual([]);
  });

  test('is nothing where a session ran out, which nobody tells', async () => {
    await create();
    house.forward(49 * hours);
    const { missed } = await run();
    expect(held().stage).toBe('expired');
    expect(missed).toEqual([]);
  });
});

describe('what Klarna does not answer', () => {
  const pause = () => Date.parse(held().backoff?.until ?? '') - house.ports.now().getTime();

  test('is put off for longer and longer, an hour at most', async () => {
    await create();
    house.forward(3 * minutes);
    const pauses: number[] = [];
    for (let n = 0; n < 9; n++) {
      expect((await run(unavailable())).failed?.kind).toBe('read session');
      pauses.push(Math.round(pause() / 30_000));
      house.forward(pause() + 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120]);
  });

  test('is not asked before Klarna said that it takes such calls again', async () => {
    await create();
    house.forward(3 * minutes);
    await run(unavailable(10 * minutes));
    expect(Math.round(pause() / minutes)).toBe(10);
    expect(nextKlarnaTask(held())?.dueAt).toBe(held().backoff?.until);
  });

  test('is asked every five minutes while an authorization is in hand, which dies after an hour', async () => {
    await create('buy_and_tokenize');
    shopper('approve');
    house.forward(3 * minutes);
    await run(unavailable());
    house.forward(pause() + 1000);
    await run();
    for (let n = 0; n < 9; n++) {
      const one = await run({
        klarna: (account) => ({ ...house.ports.klarna(account), placeOrder: async () => expect.fail('no answer') }),
      });
      expect(one.failed === undefined || pause() <= 5 * minutes).toBe(true);
    }
    expect(held().facts.order_id).toBeDefined();
  });
});

describe('a warning', () => {
  test('is given while Klarna does not answer, once', async () => {
    await create();
    house.forward(75 * hours);
    const { warnings, failed } = await run(unavailable());
    expect(failed?.kind).toBe('read session');
    expect(warnings).toEqual([]);
    const next = await run(unavailable());
    expect(next.completed).toContain('warn');
    expect(next.warnings.map(({ attention }) => attention?.reason)).toEqual(['stuck']);
    expect((await run(unavailable())).warnings).toEqual([]);
  });
});

describe('changes that are not known to be out', () => {
  const published = (taken: number, refused?: string) => {
    const asked: number[] = [];
    const ports: Partial<TaskPorts> = {
      acknowledged: async () => taken,
      republish: async ({ payment, from }) => {
        asked.push(from);
        if (refused) return { published: 0, stuck: { reason: refused } };
        return { published: payment.changes.length - from + 1 };
      },
    };
    return { asked, ports };
  };
  const settle = async () => {
    await create();
    house.forward(61 * minutes);
    await run({ acknowledged: async () => 0, republish: async () => ({ published: 0 }) });
  };

  test('are published from the first that is missing, and that is remembered', async () => {
    await create();
    house.forward(61 * minutes);
    const { asked, ports } = published(0);
    const { completed, republication } = await run(ports);
    expect(completed).toContain('confirm changes');
    expect(asked).toEqual([1]);
    expect(republication).toEqual({ published: held().changes.length });
    expect(held().confirmation?.sequence).toBe(held().changes.length);
  });

  test('are left alone when the publisher has noted them', async () => {
    await create();
    house.forward(61 * minutes);
    const { asked, ports } = published(99);
    expect((await run(ports)).republication).toEqual({ published: 0 });
    expect(asked).toEqual([]);
  });

  test('and that the bus refuses are tried again after an hour, and put off nothing else', async () => {
    await settle();
    const { asked, ports } = published(0, 'ThrottlingException');
    house.forward(61 * minutes);
    const refused = await run(ports);
    expect(refused.republication).toEqual({ published: 0, refused: 'ThrottlingException' });
    expect(refused.failed).toBeUndefined();
    expect(held().backoff).toBeUndefined();
    expect((await run(ports)).completed).toEqual([]);
    house.forward(61 * minutes);
    await run(ports);
    expect(asked).toEqual([1, 1]);
  });

  test('are told as refused when nobody can say what the bus has taken', async () => {
    await create();
    house.forward(61 * minutes);
    const { republication, failed } = await run({
      acknowledged: async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      },
    });
    expect(republication).toEqual({ published: 0, refused: 'AccessDeniedException' });
    expect(failed).toBeUndefined();
  });

  test('and are younger than ten minutes may be on their way', async () => {
    await create();
    house.forward(3 * minutes);
    await run();
    const before = held().changes.length;
    shopper('approve');
    house.forward(58 * minutes);
    const { asked, ports } = published(before);
    const { completed } = await run(ports);
    expect(completed).toContain('confirm changes');
    expect(held().changes.length).toBeGreaterThan(before);
    expect(asked).toEqual([]);
    expect(held().confirmation?.sequence).toBe(before);
  });
});
