import { describe, expect, test } from 'vitest';
import { minutes } from '../../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('interrupted');

/** A customer token that was requested from Klarna, whose answer never arrived. */
async function interrupted() {
  const id = flows.newPayment();
  await flows.create(id, 'tokenize');
  flows.shopper(id);
  flows.forward(3 * minutes);
  flows.klarna.control.answers([{ path: '/customer-token', status: 503 }]);
  await flows.run(id);
  flows.forward(3 * minutes);
  return id;
}

const tokenRequests = () =>
  flows.klarna
    .log()
    .filter((entry) => 'method' in entry && entry.method === 'POST' && entry.path.includes('/customer-token')).length;

test('one of five runs at once resumes an interrupted operation: the customer token is not made twice', async () => {
  const id = await interrupted();
  const before = tokenRequests();
  await Promise.all(Array.from({ length: 5 }, () => flows.run(id)));
  expect(tokenRequests()).toBe(before + 1);
  expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
});

describe('an operation whose kept request has expired', () => {
  /** A capture without an answer, executed or not, of which nothing is kept. */
  async function forgotten(applies: boolean) {
    const id = await flows.ordered('authorize');
    flows.klarna.control.answers([
      { path: '/captures', status: 503, applies },
      { path: '/captures', status: 503, times: 2 },
    ]);
    await flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    for (const name of flows.keptRequests(id)) flows.requests.delete(name);
    flows.forward(2 * minutes);
    return id;
  }

  test('succeeded if the order shows it', async () => {
    const id = await forgotten(true);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'part_captured', order: { captured_amount: 400 } });
    expect(flows.payment(id).operations.at(-1)).toMatchObject({
      capture_id: flows.orders(id)[0]?.captures[0]?.capture_id,
      result: { state: 'SUCCESS' },
    });
  });

  test('is unknown if the order does not show it', async () => {
    const id = await forgotten(false);
    await flows.run(id);
    expect(flows.payment(id).operations.at(-1)).toMatchObject({ result: { pspStatus: 'UNKNOWN_RESPONSE' } });
  });

  test.each([
    { status: 503, times: 3 },
    { status: 404, error_code: 'NO_SUCH_ORDER' },
  ])('stays open until the order can be read: %j', async (answer) => {
    const id = await forgotten(true);
    flows.klarna.control.answers([{ method: 'GET', path: '/ordermanagement/', ...answer }]);
    expect((await flows.run(id)).failures[0]?.kind).toBe('finish operation');
    await flows.pass(id, 10 * minutes);
    expect(flows.payment(id).operations.at(-1)).toMatchObject({ result: { state: 'SUCCESS' } });
  });
});

test('an operation is resumed again if the process that resumed it died', async () => {
  const id = await interrupted();
  flows.killAt(5);
  await flows.run(id).catch(() => undefined);
  flows.restart();
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
});
