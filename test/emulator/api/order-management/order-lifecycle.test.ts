import { expect, test } from 'vitest';
import { approvedOrder, onEmulator, testedKlarna } from '../../../support/harness/emulated-klarna.ts';
import { orderCalls, orderPath, refusal } from './order-calls.ts';

const klarna = testedKlarna();
const { ask, forward } = klarna;
const { read, post, patch, capture, refund } = orderCalls(klarna);
const days = 24 * 3600_000;

test('an unknown order is unknown to every call', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const answers = [
    await ask('GET', orderPath(unknown)),
    await capture(unknown, 1),
    await refund(unknown, 1),
    await post(unknown, 'cancel'),
    await post(unknown, 'release-remaining-authorization'),
    await post(unknown, 'extend-authorization-time'),
    await post(unknown, 'acknowledge'),
  ];
  expect(answers).toMatchObject(answers.map(() => refusal('NO_SUCH_ORDER', 404)));
});

onEmulator('an order shows its amounts and expires after 28 days', async () => {
  const order = await approvedOrder(klarna);
  const body = await read(order);
  expect(body).toMatchObject({
    order_id: order,
    status: 'AUTHORIZED',
    fraud_status: 'ACCEPTED',
    order_amount: 10_000,
    original_order_amount: 10_000,
    captured_amount: 0,
    refunded_amount: 0,
    remaining_authorized_amount: 10_000,
    captures: [],
    refunds: [],
    klarna_reference: expect.any(String),
    initial_payment_method: { type: expect.any(String) },
  });
  expect(Date.parse(String(body.expires_at)) - Date.parse(String(body.created_at))).toBe(28 * days);
});

onEmulator('an order is acknowledged, and its references and customer are updated', async () => {
  const order = await approvedOrder(klarna);
  expect((await post(order, 'acknowledge')).status).toBe(204);
  expect((await patch(order, 'merchant-references', { merchant_reference1: '1003' })).status).toBe(204);
  expect((await patch(order, 'customer-details', {})).status).toBe(204);
  expect((await read(order)).merchant_reference1).toBe('1003');
});

onEmulator('the authorized amount may change, but not below what was captured', async () => {
  const order = await approvedOrder(klarna);
  await capture(order, 400);
  expect((await patch(order, 'authorization', { order_amount: 399 })).status).toBe(403);
  expect((await patch(order, 'authorization', { order_amount: 9000 })).status).toBe(204);
  expect(await read(order)).toMatchObject({ original_order_amount: 10_000, remaining_authorized_amount: 8600 });
});

onEmulator('an uncaptured order has expired after 28 days and can no longer be extended', async () => {
  const order = await approvedOrder(klarna);
  forward(28 * days + 1000);
  expect((await read(order)).status).toBe('EXPIRED');
  expect(await capture(order, 1)).toMatchObject(refusal('CAPTURE_NOT_ALLOWED'));
  expect(await post(order, 'extend-authorization-time')).toMatchObject(refusal('NOT_ALLOWED'));
  expect(await post(order, 'cancel')).toMatchObject(refusal('CANCEL_NOT_ALLOWED'));
});

onEmulator('an order that is extended in time can be captured after 28 days', async () => {
  const order = await approvedOrder(klarna);
  forward(27 * days);
  expect((await post(order, 'extend-authorization-time')).status).toBe(204);
  forward(2 * days);
  expect((await capture(order, 1)).status).toBe(201);
});

onEmulator('the remaining authorization is released only after a capture, which completes the order', async () => {
  const order = await approvedOrder(klarna);
  expect(await post(order, 'release-remaining-authorization')).toMatchObject(refusal('NOT_ALLOWED'));
  await capture(order, 400);
  expect((await post(order, 'release-remaining-authorization')).status).toBe(204);
  expect(await read(order)).toMatchObject({
    status: 'CAPTURED',
    remaining_authorized_amount: 0,
    captured_amount: 400,
  });
});

onEmulator('an order is cancelled only while nothing is captured, and then allows no operation', async () => {
  const [whole, part] = [await approvedOrder(klarna), await approvedOrder(klarna)];
  await capture(part, 1);
  expect((await post(whole, 'cancel')).status).toBe(204);
  expect(await read(whole)).toMatchObject({ status: 'CANCELLED', remaining_authorized_amount: 0 });
  expect(await post(part, 'cancel')).toMatchObject(refusal('CANCEL_NOT_ALLOWED'));
  expect(await capture(whole, 1)).toMatchObject(refusal('CAPTURE_NOT_ALLOWED'));
  expect(await post(whole, 'release-remaining-authorization')).toMatchObject(refusal('NOT_ALLOWED'));
  expect((await patch(whole, 'merchant-references', {})).status).toBe(403);
});
