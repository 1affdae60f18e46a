import { expect } from 'vitest';
import { onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';
import { receivingShop } from './receiving-shop.ts';

const klarna = testedKlarna();
const { received, bodies, session, shopper } = receivingShop(klarna);

onEmulator('every move of a session sends a status update with the document that a read shows', async () => {
  const { hpp } = await session(['status_update']);
  await shopper(hpp, 'arrive');
  await shopper(hpp, 'decline');
  await shopper(hpp, 'approve');
  const updates = bodies();
  const statuses = updates.map((update) => update.session.status);
  expect(statuses.toSorted()).toEqual(['COMPLETED', 'FAILED', 'IN_PROGRESS', 'IN_PROGRESS']);
  expect(received[0]?.path).toBe(`/status_update?hpp=${hpp}`);
  expect(new Set(updates.map(({ event_id }) => event_id)).size).toBe(4);
  const completed = updates.find((update) => update.session.status === 'COMPLETED');
  expect(completed.session).toEqual((await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body);
});

onEmulator('no callback reports WAITING, and TIMEOUT is reported when the shopper leaves', async () => {
  const { hpp } = await session(['status_update']);
  await klarna.emulated().idle();
  expect(received).toEqual([]);
  await shopper(hpp, 'leave');
  const statuses = bodies().map((update) => update.session.status);
  expect(statuses.toSorted()).toEqual(['IN_PROGRESS', 'TIMEOUT']);
});

onEmulator('an authorization names the payment session, and a push has nothing but its URL', async () => {
  const { kp, hpp } = await session(['authorization', 'push']);
  await shopper(hpp, 'approve');
  const { order_id } = (await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  const [authorization, push] = received.toSorted((a, b) => a.path.localeCompare(b.path));
  expect(JSON.parse(authorization?.body ?? '')).toEqual({ session_id: kp, authorization_token: expect.any(String) });
  expect(push).toMatchObject({ path: `/push?order=${order_id}`, body: '' });
});
