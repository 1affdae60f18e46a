import { expect } from 'vitest';
import { approvedOrder, newKey, onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const path = (order: string) => `/ordermanagement/v1/orders/${order}`;
const read = async (order: string) => (await ask('GET', path(order))).body;
const capture = (order: string) =>
  ask('POST', `${path(order)}/captures`, { body: { captured_amount: 1 }, key: newKey() });
const refusal = { status: 403, body: { error_code: 'CAPTURE_NOT_ALLOWED' } };

onEmulator('an order is captured only after its risk decision', async () => {
  const order = await approvedOrder(klarna, 'approve_pending');
  expect(await read(order)).toMatchObject({ status: 'AUTHORIZED', fraud_status: 'PENDING' });
  expect(await capture(order)).toMatchObject(refusal);
  klarna.emulated().control.risk(order, 'accept');
  expect((await capture(order)).status).toBe(201);
});

onEmulator('a rejected order is not captured', async () => {
  const order = await approvedOrder(klarna, 'approve_pending');
  klarna.emulated().control.risk(order, 'reject');
  expect(await read(order)).toMatchObject({ status: 'AUTHORIZED', fraud_status: 'REJECTED' });
  expect(await capture(order)).toMatchObject(refusal);
});

onEmulator('an accepted order may still be stopped', async () => {
  const order = await approvedOrder(klarna);
  klarna.emulated().control.risk(order, 'stop');
  expect((await read(order)).fraud_status).toBe('REJECTED');
});
