import { expect } from 'vitest';
import { approvedOrder, onEmulator, testedKlarna } from '../../../support/harness/emulated-klarna.ts';
import { orderCalls, orderPath, refusal } from './order-calls.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const { read, capture, refund } = orderCalls(klarna);

onEmulator(
  'a refund is identified in two headers, counted in its order and taken from the oldest captures',
  async () => {
    const order = await approvedOrder(klarna);
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
    expect((await ask('GET', `${orderPath(order)}/refunds/${id}`)).body).toMatchObject({ refunded_amount: 500 });
    expect((await ask('GET', `${orderPath(order)}/refunds/none`)).status).toBe(404);
  },
);

onEmulator('refunds never exceed what was captured', async () => {
  const order = await approvedOrder(klarna);
  expect(await refund(order, 1)).toMatchObject(refusal('REFUND_NOT_ALLOWED'));
  await capture(order, 400);
  await refund(order, 300);
  expect(await refund(order, 101)).toMatchObject(refusal('REFUND_NOT_ALLOWED'));
  expect((await refund(order, 100)).status).toBe(201);
});
