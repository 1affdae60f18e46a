import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journey, startJourney } from '../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const stages = async (payment: Awaited<ReturnType<Journey['create']>>['payment']) => {
  await relay.idle();
  const changes = (await relay.item(payment))?.changes ?? [];
  return changes.filter(({ stage }) => stage.from !== stage.to).map(({ stage }) => stage.to);
};

test.each([
  ['slow_bank', 'ordered'],
  ['pending_accepted', 'ordered'],
  ['pending_rejected', 'rejected'],
  ['accepted_stopped', 'rejected'],
] as const)('%s ends by itself: %s', async (does, end) => {
  const { payment, hpp } = await relay.create('authorize');
  await relay.shopper(hpp, does);
  expect((await stages(payment)).at(-1)).toBe(end);
});

test('a second attempt on the page is a decline, and the shopper stays on the page', async () => {
  const { payment, hpp } = await relay.create('authorize');
  await relay.shopper(hpp, 'arrive', 'second_attempt');
  const words = (await relay.item(payment))?.recentReports.map(({ word }) => word);
  expect(words).toEqual(expect.arrayContaining(['FAILED', 'IN_PROGRESS']));
  expect((await relay.item(payment))?.session?.word).toBe('IN_PROGRESS');
});

test('a shopper who cancels while the bank decides is not charged', async () => {
  const { payment, hpp } = await relay.create('authorize');
  relay.emulated.control.shopper(hpp, 'slow_bank');
  relay.emulated.control.shopper(hpp, 'cancel');
  expect((await stages(payment)).at(-1)).toBe('cancelled');
  const orders = relay.emulated.control.orders().filter(({ purchase }) => purchase.merchant_reference2 === payment);
  expect(orders).toEqual([]);
});

test('the notification of a risk decision can be lost like other callbacks of its session', async () => {
  const { payment, hpp } = await relay.create('authorize');
  relay.emulated.control.callbacks({ kinds: ['notification'], session: hpp, does: 'lose' });
  await relay.shopper(hpp, 'approve_pending');
  const { order_id = '' } = (await relay.item(payment))?.facts ?? {};
  relay.emulated.control.risk(order_id, 'accept');
  expect((await stages(payment)).at(-1)).toBe('pending');
});

test('after `usual` a kind of callback of one session arrives again', async () => {
  const { payment, hpp } = await relay.create('authorize');
  relay.emulated.control.callbacks({ session: hpp, does: 'lose' });
  relay.emulated.control.callbacks({ kinds: ['status_update'], session: hpp, does: 'usual' });
  await relay.shopper(hpp, 'cancel');
  expect((await stages(payment)).at(-1)).toBe('cancelled');
});

test('a session keeps the URL to which the browser returns', async () => {
  const { answer, hpp } = await relay.create('authorize');
  await relay.shopper(hpp, 'decline');
  const session = await (await fetch(String(answer.body.redirect_url))).json();
  expect(session).toMatchObject({ status: 'FAILED', redirect_to: 'https://shop.example/return' });
});
