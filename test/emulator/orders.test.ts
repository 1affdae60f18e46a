import { describe, expect, test } from 'vitest';
import { aKey, aKlarna, onEmulator, ordered } from '../support/klarnas.ts';

const klarna = aKlarna();
const { ask, forward } = klarna;
const om = (order: string) => `/ordermanagement/v1/orders/${order}`;
const nobody = '00000000-0000-4000-8000-000000000000';
const hours = 3600_000;
const days = 24 * hours;

const read = async (order: string) => (await ask('GET', om(order))).body;
const post = (order: string, what: string, body: object = {}, key: string | undefined = aKey()) =>
  ask('POST', `${om(order)}/${what}`, { body, key });
const capture = (order: string, captured_amount: number, key?: string) =>
  post(order, 'captures', { captured_amount }, key);
const refund = (order: string, refunded_amount: number) => post(order, 'refunds', { refunded_amount });
const patch = (order: string, what: string, body: object) =>
  ask('PATCH', `${om(order)}/${what}`, { body, key: aKey() });
const refused = (error_code: string, status = 403) => ({ status, body: { error_code } });

test('an order that nobody placed is unknown to every call', async () => {
  const answers = [
    await ask('GET', om(nobody)),
    await capture(nobody, 1),
    await refund(nobody, 1),
    await post(nobody, 'cancel'),
    await post(nobody, 'release-remaining-authorization'),
    await post(nobody, 'extend-authorization-time'),
    await post(nobody, 'acknowledge'),
  ];
  expect(answers).toMatchObject(answers.map(() => refused('NO_SUCH_ORDER', 404)));
});

describe('an order', () => {
  onEmulator('is read with what was agreed and how long it may be captured', async () => {
    const order = await ordered(klarna);
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

  onEmulator('is acknowledged, and named anew', async () => {
    const order = await ordered(klarna);
    expect((await post(order, 'acknowledge')).status).toBe(204);
    expect((await patch(order, 'merchant-references', { merchant_reference1: '1003' })).status).toBe(204);
    expect((await patch(order, 'customer-details', {})).status).toBe(204);
    expect((await read(order)).merchant_reference1).toBe('1003');
  });

  onEmulator('may be authorised anew, for no less than was captured', async () => {
    const order = await ordered(klarna);
    await capture(order, 400);
    expect((await patch(order, 'authorization', { order_amount: 399 })).status).toBe(403);
    expect((await patch(order, 'authorization', { order_amount: 9000 })).status).toBe(204);
    expect(await read(order)).toMatchObject({ original_order_amount: 10_000, remaining_authorized_amount: 8600 });
  });

  onEmulator('that nobody captured has expired after 28 days, and cannot be extended any more', async () => {
    const order = await ordered(klarna);
    forward(28 * days + 1000);
    expect((await read(order)).status).toBe('EXPIRED');
    expect(await capture(order, 1)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
    expect(await post(order, 'extend-authorization-time')).toMatchObject(refused('NOT_ALLOWED'));
    expect(await post(order, 'cancel')).toMatchObject(refused('CANCEL_NOT_ALLOWED'));
  });

  onEmulator('that was extended in time lives on', async () => {
    const order = await ordered(klarna);
    forward(27 * days);
    expect((await post(order, 'extend-authorization-time')).status).toBe(204);
    forward(2 * days);
    expect((await capture(order, 1)).status).toBe(201);
  });
});

describe('a capture', () => {
  onEmulator('is named in two headers and counted in the order', async () => {
    const order = await ordered(klarna);
    const { status, headers } = await capture(order, 400);
    const id = headers.get('capture-id');
    expect([status, headers.get('location')?.split('/').at(-1)]).toEqual([201, id]);
    expect(await read(order)).toMatchObject({
      status: 'PART_CAPTURED',
      captured_amount: 400,
      remaining_authorized_amount: 9600,
      captures: [{ capture_id: id, captured_amount: 400 }],
    });
    expect((await ask('GET', `${om(order)}/captures/${id}`)).body).toMatchObject({ capture_id: id });
    expect((await ask('GET', `${om(order)}/captures`)).body).toHaveLength(1);
  });

  onEmulator('of the rest captures the order', async () => {
    const order = await ordered(klarna);
    await capture(order, 400);
    await capture(order, 9600);
    expect((await read(order)).status).toBe('CAPTURED');
    expect(await capture(order, 1)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
  });

  onEmulator('of more than is left is refused, and so is a debt', async () => {
    const order = await ordered(klarna);
    expect(await capture(order, 10_001)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
    expect(await capture(order, -1)).toMatchObject(refused('BAD_VALUE', 400));
    expect(
      await post(order, 'captures', { captured_amount: 1, shipping_info: [{ shipping_method: 'Pigeon' }] }),
    ).toMatchObject(refused('BAD_VALUE', 400));
  });

  onEmulator('under one key is one capture, whatever its body, for 24 hours', async () => {
    const [order, key] = [await ordered(klarna), aKey()];
    const first = await capture(order, 400, key);
    expect((await capture(order, 500, key)).headers.get('capture-id')).toBe(first.headers.get('capture-id'));
    forward(23 * hours);
    await capture(order, 400, key);
    expect((await read(order)).captured_amount).toBe(400);
    forward(hours + 1000);
    await capture(order, 400, key);
    expect((await read(order)).captured_amount).toBe(800);
  });

  onEmulator('under two keys, or without one, is two captures', async () => {
    const order = await ordered(klarna);
    await capture(order, 400);
    await capture(order, 400);
    await ask('POST', `${om(order)}/captures`, { body: { captured_amount: 400 } });
    expect((await read(order)).captured_amount).toBe(1200);
  });

  onEmulator('has a due date that can be extended, and a parcel', async () => {
    const order = await ordered(klarna);
    const id = (await capture(order, 400)).headers.get('capture-id');
    const at = `captures/${id}`;
    expect((await patch(order, `${at}/extend-due-date`, { number_of_days: 14 })).status).toBe(204);
    expect((await patch(order, `${at}/extend-due-date`, {})).status).toBe(400);
    expect(await patch(order, 'captures/none/extend-due-date', { number_of_days: 14 })).toMatchObject(
      refused('NO_SUCH_CAPTURE', 404),
    );
    expect((await ask('GET', `${om(order)}/${at}/extend-due-date-options`)).status).toBe(200);
    const shipping_info = [{ shipping_company: 'DHL', tracking_number: '63428' }];
    expect((await post(order, `${at}/shipping-info`, { shipping_info })).status).toBe(204);
    expect((await post(order, 'shipping-info', { shipping_info })).status).toBe(204);
    expect((await post(order, `${at}/trigger-send-out`)).status).toBe(204);
    expect(await read(order)).toMatchObject({ shipping_info, captures: [{ shipping_info }] });
  });

  onEmulator('that is none has no parcel', async () => {
    const shipping = { shipping_info: [{ tracking_number: '1' }] };
    expect((await post(await ordered(klarna), 'captures/none/shipping-info', shipping)).status).toBe(403);
  });
});

describe('a refund', () => {
  onEmulator('is named in two headers, counted in the order and taken from its captures', async () => {
    const order = await ordered(klarna);
    await capture(order, 400);
    await capture(order, 600);
    const { status, headers } = await refund(order, 500);
    const id = headers.get('refund-id');
    expect([status, headers.get('location')?.split('/').at(-1)]).toEqual([201, id]);
    expect(await read(order)).toMatchObject({
      status: 'PART_CAPTURED',
      refunded_amount: 500,
      captures: [{ refunded_amount: 400 }, { refunded_amount: 100 }],
      refunds: [{ refund_id: id, refunded_amount: 500 }],
    });
    expect((await ask('GET', `${om(order)}/refunds/${id}`)).body).toMatchObject({ refunded_amount: 500 });
    expect((await ask('GET', `${om(order)}/refunds/none`)).status).toBe(404);
  });

  onEmulator('is never more than was captured', async () => {
    const order = await ordered(klarna);
    expect(await refund(order, 1)).toMatchObject(refused('REFUND_NOT_ALLOWED'));
    await capture(order, 400);
    await refund(order, 300);
    expect(await refund(order, 101)).toMatchObject(refused('REFUND_NOT_ALLOWED'));
    expect((await refund(order, 100)).status).toBe(201);
  });
});

describe('what is left', () => {
  onEmulator('can be released after a capture, and then the order is captured', async () => {
    const order = await ordered(klarna);
    expect(await post(order, 'release-remaining-authorization')).toMatchObject(refused('NOT_ALLOWED'));
    await capture(order, 400);
    expect((await post(order, 'release-remaining-authorization')).status).toBe(204);
    expect(await read(order)).toMatchObject({
      status: 'CAPTURED',
      remaining_authorized_amount: 0,
      captured_amount: 400,
    });
  });

  onEmulator('is cancelled with an order of which nothing was captured, and of no other', async () => {
    const [whole, part] = [await ordered(klarna), await ordered(klarna)];
    await capture(part, 1);
    expect((await post(whole, 'cancel')).status).toBe(204);
    expect(await read(whole)).toMatchObject({ status: 'CANCELLED', remaining_authorized_amount: 0 });
    expect(await post(part, 'cancel')).toMatchObject(refused('CANCEL_NOT_ALLOWED'));
    expect(await capture(whole, 1)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
    expect(await post(whole, 'release-remaining-authorization')).toMatchObject(refused('NOT_ALLOWED'));
    expect((await patch(whole, 'merchant-references', {})).status).toBe(403);
  });
});

describe('an order that the risk team looks at', () => {
  onEmulator('is not captured before it has decided', async () => {
    const order = await ordered(klarna, 'approve_pending');
    expect(await read(order)).toMatchObject({ status: 'AUTHORIZED', fraud_status: 'PENDING' });
    expect(await capture(order, 1)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
    klarna.emulated().control.risk(order, 'accept');
    expect((await capture(order, 1)).status).toBe(201);
  });

  onEmulator('and rejects is not captured', async () => {
    const order = await ordered(klarna, 'approve_pending');
    klarna.emulated().control.risk(order, 'reject');
    expect(await read(order)).toMatchObject({ status: 'AUTHORIZED', fraud_status: 'REJECTED' });
    expect(await capture(order, 1)).toMatchObject(refused('CAPTURE_NOT_ALLOWED'));
  });

  onEmulator('is stopped even after it was accepted', async () => {
    const order = await ordered(klarna);
    klarna.emulated().control.risk(order, 'stop');
    expect((await read(order)).fraud_status).toBe('REJECTED');
  });
});
