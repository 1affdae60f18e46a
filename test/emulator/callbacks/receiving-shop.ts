import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Behaviour } from '../../../emulator/shopper/behaviours.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { newHostedSession, type TestedKlarna } from '../../support/harness/emulated-klarna.ts';

type ReceivedCallback = { path: string; body: string; at: number };
type Kind = 'status_update' | 'authorization' | 'notification' | 'push';

/** A shop for the tests of a file that receives the callbacks of this Klarna. */
export function receivingShop(klarna: TestedKlarna) {
  const received: ReceivedCallback[] = [];
  let answers: (number | 'none')[] = [];
  let url = '';
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', body: await text(request), at: performance.now() });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
    if (answer !== 'none') response.writeHead(answer).end();
  });
  beforeAll(async () => {
    url = await listen(server);
  });
  beforeEach(() => {
    received.length = 0;
    answers = [200];
  });
  afterAll(() => {
    server.closeAllConnections();
    return close(server);
  });

  const urls = () => ({
    notification: `${url}/notification`,
    push: `${url}/push?order={order.id}`,
    authorization: `${url}/authorization`,
  });
  return {
    /** Since the test began; a test may empty it. */
    received,
    /** The bodies as JSON; undefined for an empty one. */
    bodies: () => received.map(({ body }) => (body ? JSON.parse(body) : undefined)),
    /** The statuses of the next answers, the last one from then on. `none` is no answer at all. */
    answersWith: (...next: (number | 'none')[]) => {
      answers = next;
    },
    /** A hosted session whose callbacks of these kinds go to the shop. */
    session: (kinds: Kind[], mode = 'PLACE_ORDER') => {
      const merchant_urls = Object.entries(urls()).filter(([kind]) => kinds.some((each) => each === kind));
      return newHostedSession(klarna, {
        mode,
        more: { merchant_urls: Object.fromEntries(merchant_urls) },
        urls: kinds.includes('status_update') ? { status_update: `${url}/status_update?hpp={{session_id}}` } : {},
      });
    },
    /** Plays the shopper and waits until all callbacks are delivered. */
    shopper: async (hpp: string, ...behaviours: Behaviour[]) => {
      for (const behaviour of behaviours) klarna.emulated().control.shopper(hpp, behaviour);
      await klarna.emulated().idle();
    },
  };
}
