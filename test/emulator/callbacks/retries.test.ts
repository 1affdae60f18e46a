import { expect } from 'vitest';
import { onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';
import { receivingShop } from './receiving-shop.ts';

/** The emulator's pace in this file: a second of Klarna's time is 20 ms. */
const klarna = testedKlarna({ pace: 0.02 });
const shop = receivingShop(klarna);

/** At a minute in 6 ms, so that ten minutes pass in a test. */
const fastKlarna = testedKlarna({ pace: 0.0001 });
const fastShop = receivingShop(fastKlarna);

const gaps = ({ received }: typeof shop, path: string) => {
  const times = received.filter((callback) => callback.path.startsWith(path)).map(({ at }) => at);
  return times.slice(1).map((at, n) => at - (times[n] ?? at));
};

onEmulator('Klarna pauses three seconds between status updates, one and two between authorizations', async () => {
  shop.answersWith(500);
  const { hpp } = await shop.session(['status_update', 'authorization'], 'NONE');
  await shop.shopper(hpp, 'arrive');
  const [first = 0, second = 0, third = 0] = gaps(shop, '/status_update');
  expect(Math.min(first, second, third)).toBeGreaterThan(50);
  await shop.shopper(hpp, 'approve');
  const [once = 0, twice = 0] = gaps(shop, '/authorization');
  expect([once > 15, twice > 35]).toEqual([true, true]);
});

onEmulator('Klarna pauses ten minutes between notifications', async () => {
  const { hpp } = await fastShop.session(['notification']);
  await fastShop.shopper(hpp, 'approve_pending');
  fastShop.answersWith(500, 200);
  const { order_id } = (await fastKlarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  fastKlarna.emulated().control.risk(String(order_id), 'reject');
  await fastKlarna.emulated().idle();
  expect(gaps(fastShop, '/notification')[0]).toBeGreaterThan(50);
});
