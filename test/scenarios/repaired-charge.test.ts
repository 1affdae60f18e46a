import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlowHouse, startFlowHouse } from '../support/flow-dependencies.ts';
import { minutes, walk } from '../support/flow-walk.ts';
import { named } from '../support/reports.ts';

let house: FlowHouse;
let road: ReturnType<typeof walk>;
beforeAll(async () => {
  house = await startFlowHouse();
  road = walk(house);
});
afterAll(() => house.klarna.stop());

test.each([
  { auto_capture: true, stage: 'captured', captured_amount: 10_000 },
  { auto_capture: false, stage: 'ordered', captured_amount: 0 },
])('a charge with auto_capture $auto_capture that the customer repairs is $stage', async (wish) => {
  const { auto_capture, stage, captured_amount } = wish;
  const [buyer, id] = [named(`repair-buyer-${auto_capture}`), named(`repair-${auto_capture}`)];
  await road.create(buyer, 'buy_and_tokenize');
  road.shopper(buyer);
  await road.pass(buyer, 4 * minutes);
  const klarnas = house.klarna.control.customerTokens().at(-1)?.token_id ?? expect.fail();
  house.klarna.control.token(klarnas, 'fail');
  await road.charge({ payment: id, buyer, initiator: 'customer', more: { auto_capture } });
  road.shopper(id);
  await road.pass(id, 4 * minutes);
  expect(road.item(id)).toMatchObject({ stage, order: { captured_amount } });
});

test('a process that learns late of the failure takes nothing back from the customer who repaired it', async () => {
  const [buyer, id] = [named('late-buyer'), named('late-charge')];
  await road.create(buyer, 'buy_and_tokenize');
  road.shopper(buyer);
  await road.pass(buyer, 4 * minutes);
  const klarnas = house.klarna.control.customerTokens().at(-1)?.token_id ?? expect.fail();
  house.klarna.control.token(klarnas, 'fail');
  const { keepRequest } = house.ports;
  let hangs = true;
  /** The first process stops while it opens the way to repair; meanwhile the charge is asked again, and repaired. */
  house.ports.keepRequest = async (kept) => {
    if (!hangs || kept.id !== 'order') return keepRequest(kept);
    hangs = false;
    await road.charge({ payment: id, buyer, initiator: 'customer' });
    road.shopper(id);
    await road.pass(id, 4 * minutes);
    expect(road.item(id).stage).toBe('ordered');
    return keepRequest(kept);
  };
  await road.charge({ payment: id, buyer, initiator: 'customer' });
  house.ports.keepRequest = keepRequest;
  expect(road.item(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
});
