import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const ask = (path: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const sent = request(`${relay.url}${path}`, { method: 'POST', headers }, (response) => {
      void text(response).then(() => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end('{"forward_ms": 1000}');
  });

const callers: { from: string; headers: Record<string, string>; status: number }[] = [
  { from: 'another site', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, status: 403 },
  { from: 'a foreign name for this machine', headers: { host: 'shop.example' }, status: 403 },
  { from: 'our own page', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
  { from: 'a command', headers: {}, status: 200 },
];

test.each(callers)('a request from $from to move the clock gets $status', async ({ headers, status }) => {
  expect(await ask('/local/clock', headers)).toBe(status);
});

test('every page forbids scripts, styles and frames of other sites', async () => {
  for (const path of ['/', '/timeline', '/timeline/p-1', '/shop/return']) {
    const policy = (await fetch(`${relay.url}${path}`)).headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'self'/);
  }
});
