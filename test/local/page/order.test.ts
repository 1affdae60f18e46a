import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

test("the shop's backend sets the price: it ignores a price from the browser and refuses what it does not sell", async () => {
  const order = (body: object) => fetch(`${relay.url}/shop/payments`, { method: 'POST', body: JSON.stringify(body) });
  const answer = await order({ quantity: 2, flow: 'capture', amount: 1 });
  const { payment } = (await answer.json()) as { payment: string };
  expect((await relay.ask('GET', `/payments/${payment}`)).body.money).toMatchObject({ order_amount: 25_800 });
  expect((await order({ quantity: 4, flow: 'capture' })).status).toBe(400);
  expect((await order({ quantity: 1, flow: 'free' })).status).toBe(400);
});
