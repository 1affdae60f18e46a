import { expect } from 'vitest';
import { approvedOrder, newKey, onEmulator, testedKlarna } from '../../../support/harness/emulated-klarna.ts';
import { orderCalls, orderPath, refusal } from './order-calls.ts';

const klarna = testedKlarna();
const { ask, forward } = klarna;
const { read, post, patch, capture } = orderCalls(klarna);
const hours = 3600_000;

onEmulator('a capture is identified in two headers and counted in its order', async () => {
  const order = await approvedOrder(klarna);
  const { status, headers } = await capture(order, 400);
  const id = headers.get('capture-id');
  expect([status, headers.get('location')?.split('/').at(-1)]).toEqual([201, id]);
  expect(await read(order)).toMatchObject({
    status: 'PART_CAPTURED',
    captured_amount: 400,
    remaining_authorized_amount: 9600,
    captures: [{ capture_id: id, captured_amount: 400 }],
  });
  expect((await ask('GET', `${orderPath(order)}/captures/${id}`)).body).toMatchObject({ capture_id: id });
  expect((await ask('GET', `${orderPath(order)}/captures`)).body).toHaveLength(1);
});

onEmulator('an order is CAPTURED once nothing remains', async () => {
  const order = await approvedOrder(klarna);
  await capture(order, 400);
  await capture(order, 9600);
  expect((await read(order)).status).toBe('CAPTURED');
  expect(await capture(order, 1)).toMatchObject(refusal('CAPTURE_NOT_ALLOWED'));
});

onEmulator(
  'a capture of more than remains, of a negative amount or with an unknown shipping method is refused',
  async () => {
    const order = await approvedOrder(klarna);
    expect(await capture(order, 10_001)).toMatchObject(refusal('CAPTURE_NOT_ALLOWED'));
    expect(await capture(order, -1)).toMatchObject(refusal('BAD_VALUE', 400));
    expect(
      await post(order, 'captures', { captured_amount: 1, shipping_info: [{ shipping_method: 'Pigeon' }] }),
    ).toMatchObject(refusal('BAD_VALUE', 400));
  },
);

onEmulator('one key makes one capture for 24 hours, whatever its body', async () => {
  const [order, key] = [await approvedOrder(klarna), newKey()];
  const first = await capture(order, 400, key);
  expect((await capture(order, 500, key)).headers.get('capture-id')).toBe(first.headers.get('capture-id'));
  forward(23 * hours);
  await capture(order, 400, key);
  expect((await read(order)).captured_amount).toBe(400);
  forward(hours + 1000);
  await capture(order, 400, key);
  expect((await read(order)).captured_amount).toBe(800);
});

onEmulator('each new key, and each request without one, makes a capture', async () => {
  const order = await approvedOrder(klarna);
  await capture(order, 400);
  await capture(order, 400);
  await ask('POST', `${orderPath(order)}/captures`, { body: { captured_amount: 400 } });
  expect((await read(order)).captured_amount).toBe(1200);
});

onEmulator('a capture has a due date to extend, and shipping info', async () => {
  const order = await approvedOrder(klarna);
  const id = (await capture(order, 400)).headers.get('capture-id');
  const path = `captures/${id}`;
  expect((await patch(order, `${path}/extend-due-date`, { number_of_days: 14 })).status).toBe(204);
  expect((await patch(order, `${path}/extend-due-date`, {})).status).toBe(400);
  expect(await patch(order, 'captures/none/extend-due-date', { number_of_days: 14 })).toMatchObject(
    refusal('NO_SUCH_CAPTURE', 404),
  );
  expect((await ask('GET', `${orderPath(order)}/${path}/extend-due-date-options`)).status).toBe(200);
  const shipping_info = [{ shipping_company: 'DHL', tracking_number: '63428' }];
  expect((await post(order, `${path}/shipping-info`, { shipping_info })).status).toBe(204);
  expect((await post(order, 'shipping-info', { shipping_info })).status).toBe(204);
  expect((await post(order, `${path}/trigger-send-out`)).status).toBe(204);
  expect(await read(order)).toMatchObject({ shipping_info, captures: [{ shipping_info }] });
});

onEmulator('an order without captures takes no shipping info for one', async () => {
  const shipping = { shipping_info: [{ tracking_number: '1' }] };
  expect((await post(await approvedOrder(klarna), 'captures/none/shipping-info', shipping)).status).toBe(403);
});
