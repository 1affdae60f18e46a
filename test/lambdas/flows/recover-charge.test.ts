import { expect, test } from 'vitest';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('recovery');

/** A customer token that Klarna refuses to charge. */
async function failingToken() {
  const buyer = await flows.ordered();
  const token = flows.klarna.control.customerTokens().at(-1)?.token_id ?? expect.fail();
  flows.klarna.control.token(token, 'fail');
  return { buyer, id: flows.newPayment() };
}

test.each([
  { auto_capture: true, stage: 'captured', captured_amount: 10_000 },
  { auto_capture: false, stage: 'ordered', captured_amount: 0 },
])('a charge with auto_capture $auto_capture that the customer repairs ends $stage', async (wish) => {
  const { auto_capture, stage, captured_amount } = wish;
  const { buyer, id } = await failingToken();
  await flows.charge({ payment: id, buyer, initiator: 'customer', more: { auto_capture } });
  flows.shopper(id);
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id)).toMatchObject({ stage, order: { captured_amount } });
});

test('a slow process that records the failure after the customer repaired the charge undoes nothing', async () => {
  const { buyer, id } = await failingToken();
  const { keepRequest } = flows.ports;
  let isFirst = true;
  /** The first process stops for minutes while it opens the recovery; meanwhile the charge is requested again, and repaired. */
  flows.ports.keepRequest = async (request) => {
    if (!isFirst || request.kind !== 'order') return keepRequest(request);
    isFirst = false;
    flows.forward(2 * minutes);
    await flows.charge({ payment: id, buyer, initiator: 'customer' });
    flows.shopper(id);
    await flows.pass(id, 4 * minutes);
    expect(flows.payment(id).stage).toBe('ordered');
    return keepRequest(request);
  };
  await flows.charge({ payment: id, buyer, initiator: 'customer' });
  flows.ports.keepRequest = keepRequest;
  expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
});
