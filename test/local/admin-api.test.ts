import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const requestUrl = (body: string) => fetch(`${relay.url}/local/url`, { method: 'POST', body });
const arrive = async (name: string) => {
  const payment = relay.newPayment(name);
  await relay.post({ kind: 'status_update', payment, body: statusUpdateBody('IN_PROGRESS', 0) });
  await relay.idle();
  return payment;
};

test('a callback to a minted URL is accepted', async () => {
  const answer = await requestUrl('{"kind": "status_update", "payment": "from-the-admin-api"}');
  const { url } = (await answer.json()) as { url: string };
  const body = JSON.stringify(statusUpdateBody('IN_PROGRESS', 0));
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
});

test('the URL of a push contains the placeholder that Klarna fills in', async () => {
  const answer = await requestUrl('{"kind": "push", "payment": "p"}');
  expect(await answer.json()).toEqual({
    url: expect.stringMatching(/\/callbacks\/push\/p\/[\w-]{43}\?order=\{order\.id\}$/),
  });
});

test.each([
  { body: '{"kind": "status", "payment": "p"}', field: /^kind: one of status_update, authorization/ },
  { body: '{"payment": "p"}', field: /^kind/ },
  { body: '{"kind": "push", "payment": "../p"}', field: /^payment/ },
  { body: '{"kind": "push"}', field: /^payment/ },
  { body: '{"kind": "push", "payment": 7}', field: /^payment/ },
  { body: 'kind=push', field: /^kind/ },
  { body: '', field: /^kind/ },
])('a request for a URL with the body $body is refused with the name of the field', async ({ body, field }) => {
  const answer = await requestUrl(body);
  expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringMatching(field) }]);
});

test('the events are EventBridge envelopes, one JSON object per line, oldest first', async () => {
  const payments = [await arrive('first'), await arrive('second')];
  const answer = await fetch(`${relay.url}/local/events`);
  const events = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  expect(events.slice(-2)).toEqual(
    payments.map((paymentId) =>
      expect.objectContaining({
        version: '0',
        id: expect.any(String),
        source: 'klarna-relay',
        'detail-type': 'Payment Stage Changed',
        detail: expect.objectContaining({ paymentId, sequence: 1 }),
      }),
    ),
  );
});

test('the event stream starts with the events so far and continues with new ones', async () => {
  const before = await arrive('before');
  const connection = new AbortController();
  const accept = { accept: 'text/event-stream' };
  const response = await fetch(`${relay.url}/local/events`, { headers: accept, signal: connection.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (sought: string) => {
    while (!text.includes(sought)) text += (await reader?.read())?.value ?? '';
  };
  await readUntil(before);
  const after = await arrive('after');
  await readUntil(after);
  connection.abort();

  const blocks = text.trimEnd().split('\n\n');
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(blocks.every((block) => /^id: [\w-]{36}\ndata: \{.*\}$/.test(block))).toBe(true);
  expect(blocks.at(-1)).toContain(after);
});

test('the run reports the addresses of Klarna and AWS, its time, and the names of its resources', async () => {
  const run = (await (await fetch(`${relay.url}/local/run`)).json()) as Record<string, unknown>;
  expect(run).toMatchObject({
    klarna_url: relay.klarnaUrl,
    aws_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
    now: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(run.resources).toContainEqual({
    id: expect.stringMatching(/CallbackSecret/),
    type: 'AWS::SecretsManager::Secret',
    name: expect.stringMatching(/^arn:/),
  });
});

test('the clock moves forward by milliseconds, and never back', async () => {
  const move = (body: string) => fetch(`${relay.url}/local/clock`, { method: 'POST', body });
  const { now } = (await (await move('{"forward_ms": 3600000}')).json()) as { now: string };
  expect(Date.parse(now) - Date.now()).toBeGreaterThan(3590_000);
  for (const body of ['{"forward_ms": -1}', '{"forward_ms": "1h"}', '']) {
    const refused = await move(body);
    expect([refused.status, await refused.json()]).toEqual([400, { message: expect.stringMatching(/^forward_ms/) }]);
  }
});

test('/local/settled answers once every change so far is published', async () => {
  const payment = relay.newPayment('settling');
  await relay.post({ kind: 'status_update', payment, body: statusUpdateBody('IN_PROGRESS', 0) });
  expect(await (await fetch(`${relay.url}/local/settled`)).json()).toEqual({ settled: true });
  expect(JSON.stringify(relay.events())).toContain(payment);
});

test('a path that neither the admin API nor the template has is not found', async () => {
  expect((await fetch(`${relay.url}/local/nothing`)).status).toBe(404);
});
