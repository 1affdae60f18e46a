import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { close, listen } from '../../local/gateway/listen.ts';
import { aKlarna, hosted, onEmulator } from '../support/klarnas.ts';

type Heard = { path: string; body: string; at: number };

const klarna = aKlarna();
const heard: Heard[] = [];
/** How the shop answers next; the last stays. `silence` is no answer at all. */
let answers: (number | 'silence')[] = [];
let shop = '';
const server = createServer(async (request, response) => {
  heard.push({ path: request.url ?? '', body: await text(request), at: performance.now() });
  const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
  if (answer !== 'silence') response.writeHead(answer).end();
});
beforeAll(async () => {
  shop = await listen(server);
});
beforeEach(() => {
  heard.length = 0;
  answers = [200];
});
afterAll(() => {
  server.closeAllConnections();
  return close(server);
});

const urls = () => ({
  notification: `${shop}/notification`,
  push: `${shop}/push?order={order.id}`,
  authorization: `${shop}/authorization`,
});
const page = (kinds: ('status_update' | keyof ReturnType<typeof urls>)[], mode = 'PLACE_ORDER') => {
  const called = Object.entries(urls()).filter(([kind]) => kinds.some((each) => each === kind));
  return hosted(klarna, {
    mode,
    more: { merchant_urls: Object.fromEntries(called) },
    urls: kinds.includes('status_update') ? { status_update: `${shop}/status_update?hpp={{session_id}}` } : {},
  });
};
const shopper = async (
  hpp: string,
  ...does: Parameters<ReturnType<typeof klarna.emulated>['control']['shopper']>[1][]
) => {
  for (const each of does) klarna.emulated().control.shopper(hpp, each);
  await klarna.emulated().idle();
};
const bodies = () => heard.map(({ body }) => (body ? JSON.parse(body) : undefined));

onEmulator('every move of the session is told, with the document that a reading shows', async () => {
  const { hpp } = await page(['status_update']);
  await shopper(hpp, 'arrive');
  await shopper(hpp, 'decline');
  await shopper(hpp, 'approve');
  const told = bodies();
  const words = told.map(({ session }) => session.status);
  expect(words.toSorted()).toEqual(['COMPLETED', 'FAILED', 'IN_PROGRESS', 'IN_PROGRESS']);
  expect(heard[0]?.path).toBe(`/status_update?hpp=${hpp}`);
  expect(new Set(told.map(({ event_id }) => event_id)).size).toBe(4);
  const completed = told.find(({ session }) => session.status === 'COMPLETED');
  expect(completed.session).toEqual((await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body);
});

onEmulator(
  'nobody is told that the shopper has not come yet, and TIMEOUT is told when the shopper is lost',
  async () => {
    const { hpp } = await page(['status_update']);
    await klarna.emulated().idle();
    expect(heard).toEqual([]);
    await shopper(hpp, 'leave');
    expect(
      bodies()
        .map(({ session }) => session.status)
        .toSorted(),
    ).toEqual(['IN_PROGRESS', 'TIMEOUT']);
  },
);

onEmulator(
  'an authorization is told with the session of Klarna Payments, and a push with nothing but its URL',
  async () => {
    const { kp, hpp } = await page(['authorization', 'push']);
    await shopper(hpp, 'approve');
    const { order_id } = (await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
    const [authorization, push] = heard.toSorted((a, b) => a.path.localeCompare(b.path));
    expect(JSON.parse(authorization?.body ?? '')).toEqual({ session_id: kp, authorization_token: expect.any(String) });
    expect(push).toMatchObject({ path: `/push?order=${order_id}`, body: '' });
  },
);

onEmulator('a status update is tried four times, an authorization three, each the same in every try', async () => {
  answers = [500];
  const { hpp } = await page(['status_update', 'authorization'], 'NONE');
  await shopper(hpp, 'arrive');
  expect(heard).toHaveLength(4);
  expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
  heard.length = 0;
  await shopper(hpp, 'approve');
  const paths = heard.map(({ path }) => path.split('?')[0]);
  expect(paths.filter((path) => path === '/authorization')).toHaveLength(3);
  expect(paths.filter((path) => path === '/status_update')).toHaveLength(4);
});

onEmulator('any 2xx ends the tries of a status update', async () => {
  answers = [503, 204];
  const { hpp } = await page(['status_update']);
  await shopper(hpp, 'arrive');
  expect(heard).toHaveLength(2);
});

onEmulator('a risk decision is repeated until exactly 200', async () => {
  answers = [204, 500, 200];
  const { hpp } = await page(['notification']);
  await shopper(hpp, 'approve_pending');
  const { order_id } = (await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  klarna.emulated().control.risk(String(order_id), 'accept');
  await klarna.emulated().idle();
  expect(bodies()).toEqual(Array(3).fill({ order_id, event_type: 'FRAUD_RISK_ACCEPTED' }));
});

/** At a pace at which a second is 20 ms. */
const slower = aKlarna({ pace: 0.02 });
const gaps = (path: string) => {
  const times = heard.filter((each) => each.path.startsWith(path)).map(({ at }) => at);
  return times.slice(1).map((at, n) => at - (times[n] ?? at));
};

onEmulator(
  'between the tries Klarna waits: three seconds for a status, one and then two for an authorization',
  async () => {
    answers = [500];
    const { hpp } = await hosted(slower, {
      mode: 'NONE',
      more: { merchant_urls: { authorization: `${shop}/authorization` } },
      urls: { status_update: `${shop}/status_update` },
    });
    slower.emulated().control.shopper(hpp, 'arrive');
    await slower.emulated().idle();
    const [first = 0, second = 0, third = 0] = gaps('/status_update');
    expect(Math.min(first, second, third)).toBeGreaterThan(50);
    slower.emulated().control.shopper(hpp, 'approve');
    await slower.emulated().idle();
    const [once = 0, twice = 0] = gaps('/authorization');
    expect([once > 15, twice > 35]).toEqual([true, true]);
  },
);

onEmulator('between two tellings of a risk decision there are ten minutes', async () => {
  const { hpp } = await page(['notification']);
  await shopper(hpp, 'approve_pending');
  answers = [500, 200];
  const { order_id } = (await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  klarna.emulated().control.risk(String(order_id), 'reject');
  await klarna.emulated().idle();
  expect(gaps('/notification')[0]).toBeGreaterThan(50); // at a pace at which a minute is 6 ms
});

onEmulator('silence is given up after two seconds, and the next try counts', async () => {
  answers = ['silence', 200];
  const { hpp } = await page(['authorization'], 'NONE');
  await shopper(hpp, 'approve');
  const [first = 0, second = 0] = heard.map(({ at }) => at);
  expect(second - first).toBeGreaterThan(1900);
  expect(heard).toHaveLength(2);
});

onEmulator('callbacks can be lost, doubled, emptied and reordered, and put in order again', async () => {
  const { callbacks } = klarna.emulated().control;
  const { hpp } = await page(['status_update']);
  const countOf = async (does: 'lose' | 'double' | 'empty', step: 'decline' | 'back' | 'error') => {
    heard.length = 0;
    callbacks({ does });
    await shopper(hpp, step);
    callbacks({ does: 'send' });
    return heard.map(({ body }) => (body ? JSON.parse(body).session.status : 'empty')).toSorted();
  };
  await shopper(hpp, 'arrive');
  expect(await countOf('lose', 'decline')).toEqual([]);
  expect(await countOf('double', 'back')).toEqual(['BACK', 'BACK', 'IN_PROGRESS', 'IN_PROGRESS']);
  expect(await countOf('empty', 'error')).toEqual(['empty', 'empty']);
  heard.length = 0;
  callbacks({ does: 'reorder' });
  await shopper(hpp, 'decline');
  callbacks({ does: 'send' });
  expect(bodies().map(({ session }) => session.status)).toEqual(['FAILED', 'IN_PROGRESS']);
});
