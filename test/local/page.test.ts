import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { html } from '../../emulator/page/html.ts';
import type { Entry, Told } from '../../local/timeline/entry.ts';
import { redacted } from '../../local/timeline/redact.ts';
import { authorization, statusUpdate } from '../support/callbacks.ts';
import { type Journey, startJourney } from '../support/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

/** What the page of a payment is told, as text, once all of it is there. */
async function toldOf(payment: string): Promise<string> {
  const hangUp = new AbortController();
  const url = `${relay.url}/local/timeline?payment=${payment}`;
  const response = await fetch(url, { signal: hangUp.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader?.read())?.value ?? '';
  hangUp.abort();
  return first;
}

const entriesIn = (told: string): Entry[] =>
  told
    .trimEnd()
    .split('\n\n')
    .map((block): Told => JSON.parse(block.replace('data: ', '')))
    .flatMap((each) => ('entry' in each ? each.entry : []));

test('the timeline of a payment holds no token, no URL secret, no key and nobody', async () => {
  const { payment, hpp } = await relay.create('buy_and_tokenize');
  await relay.shopper(hpp, 'arrive', 'approve');
  await relay.post({ kind: 'authorization', payment, body: authorization(relay.token()) });
  await relay.settled();
  const told = await toldOf(payment);
  expect(entriesIn(told).length).toBeGreaterThan(10);
  expect(relay.secrets().filter((secret) => told.includes(secret))).toEqual([]);
  expect(told).not.toMatch(/grace@shop\.example|Torstrasse/);
});

test.each([
  ['a late one', 'IN_PROGRESS', 'late', /trails what is held.*says IN_PROGRESS, the payment is at CANCELLED/],
  ['a contradiction', 'DISABLED', 'conflict', /cannot be true together/],
  ['an unknown word', 'DANCING', 'late', /in no table/],
])('%s is explained', async (_, word, result, why) => {
  const payment = relay.named('explained');
  await relay.post({ kind: 'status_update', payment, body: statusUpdate('CANCELLED', 5) });
  await relay.post({ kind: 'status_update', payment, body: statusUpdate(word, 1) });
  await relay.settled();
  const entry = entriesIn(await toldOf(payment)).findLast(({ from }) => from === 'klarna');
  expect(entry).toMatchObject({
    title: `status_update ${word}`,
    result,
    why: expect.stringMatching(why),
    speaks: true,
  });
});

test('a forged callback is told with its reason, under the payment that it named', async () => {
  const payment = relay.named('forged');
  const url = relay.mint('push', payment).replace(/[\w-]{43}\?.*/, 'x'.repeat(43));
  await relay.send({ kind: 'push', payment, url });
  const [entry] = entriesIn(await toldOf(payment));
  expect(entry).toMatchObject({ title: 'push', result: '401', why: expect.stringContaining('not from Klarna') });
});

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
  { from: 'a name that somebody pointed here', headers: { host: 'shop.example' }, status: 403 },
  { from: 'a page of ours', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
  { from: 'a command', headers: {}, status: 200 },
];

test.each(callers)('the clock is moved from $from: $status', async ({ headers, status }) => {
  expect(await ask('/local/clock', headers)).toBe(status);
});

test("prices are the backend's: what a browser says of them is ignored, what it does not sell is refused", async () => {
  const order = (body: object) => fetch(`${relay.url}/shop/payments`, { method: 'POST', body: JSON.stringify(body) });
  const answer = await order({ quantity: 2, flow: 'capture', amount: 1 });
  const { payment } = (await answer.json()) as { payment: string };
  expect((await relay.ask('GET', `/payments/${payment}`)).body.money).toMatchObject({ order_amount: 25_800 });
  expect((await order({ quantity: 4, flow: 'capture' })).status).toBe(400);
  expect((await order({ quantity: 1, flow: 'free' })).status).toBe(400);
});

test('every page forbids scripts, styles and frames that are not its own', async () => {
  for (const path of ['/', '/timeline', '/timeline/p-1', '/shop/return']) {
    const policy = (await fetch(`${relay.url}${path}`)).headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'self'/);
  }
});

test("what comes from outside is text on Klarna's page", async () => {
  const shipments = [
    { item_lines: [{ name: '<img src=x onerror=alert(1)>"\'&', price: 10_000, quantity: 1, amount: 10_000 }] },
  ];
  const { answer } = await relay.create('authorize', { shipments });
  const page = await fetch(String(answer.body.redirect_url), { headers: { accept: 'text/html' } });
  const shown = await page.text();
  expect(shown).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;');
  expect(shown).not.toContain('<img');
});

test('a command still reads the session as JSON', async () => {
  const { answer, hpp } = await relay.create('authorize');
  const told = await (await fetch(String(answer.body.redirect_url))).json();
  expect(told).toMatchObject({ session_id: hpp, status: 'WAITING' });
});

test('a template escapes everything but its own', () => {
  expect(html`<p>${'<b>&"\''}${html`<i>${1}</i>`}${['<', html`<u></u>`]}${undefined}</p>`.html).toBe(
    '<p>&#60;b&#62;&#38;&#34;&#39;<i>1</i>&#60;<u></u></p>',
  );
});

test('a body keeps its shape and loses what might be a token or a person', () => {
  const body = {
    session: { status: 'COMPLETED', authorization_token: 't', customer: { given_name: 'G' } },
    more: [7, true],
  };
  expect(redacted(JSON.stringify(body))).toEqual({
    session: { status: 'COMPLETED', authorization_token: '•••', customer: '•••' },
    more: ['•••', true],
  });
  expect(redacted('')).toBe('empty');
  expect(redacted('{"token"')).toBe('not readable: 8 characters');
});
