import { expect } from 'vitest';
import { approvedOrder, onEmulator, testedKlarna } from '../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const read = async (order: string) => (await klarna.ask('GET', `/ordermanagement/v1/orders/${order}`)).body;

onEmulator('the portal captures, releases and refunds an order', async () => {
  const order = await approvedOrder(klarna);
  const { control } = klarna.emulated();
  control.portal(order, 'capture', 300);
  control.portal(order, 'release');
  control.portal(order, 'refund', 100);
  expect(await read(order)).toMatchObject({ status: 'CAPTURED', captured_amount: 300, refunded_amount: 100 });
  expect(() => control.portal(order, 'cancel')).toThrow('captures');
});

onEmulator('the portal captures even a rejected order, which stays rejected', async () => {
  const order = await approvedOrder(klarna);
  const { control } = klarna.emulated();
  control.risk(order, 'stop');
  control.portal(order, 'capture', 300);
  expect(await read(order)).toMatchObject({ status: 'PART_CAPTURED', captured_amount: 300, fraud_status: 'REJECTED' });
});

onEmulator('the portal captures a rejected order for four hours only', async () => {
  const order = await approvedOrder(klarna);
  const { control } = klarna.emulated();
  control.risk(order, 'stop');
  klarna.forward(4 * 3600_000 + 1000);
  expect(() => control.portal(order, 'capture', 300)).toThrow('rejected too long ago');
});
