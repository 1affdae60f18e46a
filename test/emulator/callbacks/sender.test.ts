import { expect } from 'vitest';
import { onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';
import { receivingShop } from './receiving-shop.ts';

const klarna = testedKlarna();
const { received, bodies, answersWith, session, shopper } = receivingShop(klarna);

onEmulator(
  'a status update is sent at most four times, an authorization three, with the same body each time',
  async () => {
    answersWith(500);
    const { hpp } = await session(['status_update', 'authorization'], 'NONE');
    await shopper(hpp, 'arrive');
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    received.length = 0;
    await shopper(hpp, 'approve');
    const paths = received.map(({ path }) => path.split('?')[0]);
    expect(paths.filter((path) => path === '/authorization')).toHaveLength(3);
    expect(paths.filter((path) => path === '/status_update')).toHaveLength(4);
  },
);

onEmulator('a status update is not repeated after any 2xx', async () => {
  answersWith(503, 204);
  const { hpp } = await session(['status_update']);
  await shopper(hpp, 'arrive');
  expect(received).toHaveLength(2);
});

onEmulator('a notification is repeated until the answer is exactly 200', async () => {
  answersWith(204, 500, 200);
  const { hpp } = await session(['notification']);
  await shopper(hpp, 'approve_pending');
  const { order_id } = (await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  klarna.emulated().control.risk(String(order_id), 'accept');
  await klarna.emulated().idle();
  expect(bodies()).toEqual(Array(3).fill({ order_id, event_type: 'FRAUD_RISK_ACCEPTED' }));
});

onEmulator('Klarna waits two seconds for an answer and then repeats the authorization', async () => {
  answersWith('none', 200);
  const { hpp } = await session(['authorization'], 'NONE');
  await shopper(hpp, 'approve');
  const [first = 0, second = 0] = received.map(({ at }) => at);
  expect(second - first).toBeGreaterThan(1900);
  expect(received).toHaveLength(2);
});

onEmulator('callbacks can be lost, doubled, emptied and reordered until `send` clears it', async () => {
  const { callbacks } = klarna.emulated().control;
  const { hpp } = await session(['status_update']);
  const statusesWith = async (does: 'lose' | 'double' | 'empty', step: 'decline' | 'back' | 'error') => {
    received.length = 0;
    callbacks({ does });
    await shopper(hpp, step);
    callbacks({ does: 'send' });
    return received.map(({ body }) => (body ? JSON.parse(body).session.status : 'empty')).toSorted();
  };
  await shopper(hpp, 'arrive');
  expect(await statusesWith('lose', 'decline')).toEqual([]);
  expect(await statusesWith('double', 'back')).toEqual(['BACK', 'BACK', 'IN_PROGRESS', 'IN_PROGRESS']);
  expect(await statusesWith('empty', 'error')).toEqual(['empty', 'empty']);
  received.length = 0;
  callbacks({ does: 'reorder' });
  await shopper(hpp, 'decline');
  callbacks({ does: 'send' });
  expect(bodies().map((update) => update.session.status)).toEqual(['FAILED', 'IN_PROGRESS']);
});
