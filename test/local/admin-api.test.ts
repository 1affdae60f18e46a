import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { type Journey, startJourney } from '../support/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const ask = (body: string) => fetch(`${relay.url}/local/url`, { method: 'POST', body });
const arrive = async (name: string) => {
  const payment = relay.named(name);
  await relay.post({ kind: 'status_update', payment, body: statusUpdate('IN_PROGRESS', 0) });
  await relay.settled();
  return payment;
};

test('a URL from the desk is genuine', async () => {
  const answer = await ask('{"kind": "status_update", "payment": "from-the-desk"}');
  const { url } = (await answer.json()) as { url: string };
  const body = JSON.stringify(statusUpdate('IN_PROGRESS', 0));
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
});

test('the URL of a push carries the placeholder that Klarna fills in', async () => {
  const answer = await ask('{"kind": "push", "payment": "p"}');
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
])('the desk refuses $body by the name of the field', async ({ body, field }) => {
  const answer = await ask(body);
  expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringMatching(field) }]);
});

test('the events are lines of JSON: whole EventBridge envelopes, oldest first', async () => {
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

test('the live stream begins with what was published before, and goes on with what comes', async () => {
  const before = await arrive('before');
  const hangUp = new AbortController();
  const accept = { accept: 'text/event-stream' };
  const response = await fetch(`${relay.url}/local/events`, { headers: accept, signal: hangUp.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (sought: string) => {
    while (!text.includes(sought)) text += (await reader?.read())?.value ?? '';
  };
  await readUntil(before);
  const after = await arrive('after');
  await readUntil(after);
  hangUp.abort();

  const blocks = text.trimEnd().split('\n\n');
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(blocks.every((block) => /^id: [\w-]{36}\ndata: \{.*\}$/.test(block))).toBe(true);
  expect(blocks.at(-1)).toContain(after);
});

test('the run tells where its Klarna and its AWS are, what time it is and what its resources are called', async () => {
  const told = (await (await fetch(`${relay.url}/local/run`)).json()) as Record<string, unknown>;
  expect(told).toMatchObject({
    klarna_url: relay.klarnaUrl,
    aws_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
  });
  expect(told.resources).toContainEqual({
    id: expect.stringMatching(/CallbackSecret/),
    type: 'AWS::SecretsManager::Secret',
    name: expect.stringMatching(/^arn:/),
  });
});

test('the clock is moved on by milliseconds, and never back', async () => {
  const move = (body: string) => fetch(`${relay.url}/local/clock`, { method: 'POST', body });
  const { now } = (await (await move('{"forward_ms": 3600000}')).json()) as { now: string };
  expect(Date.parse(now) - Date.now()).toBeGreaterThan(3590_000);
  for (const body of ['{"forward_ms": -1}', '{"forward_ms": "1h"}', '']) {
    const refused = await move(body);
    expect([refused.status, await refused.json()]).toEqual([400, { message: expect.stringMatching(/^forward_ms/) }]);
  }
});

test('whoever asks whether all has settled is answered when it has', async () => {
  const payment = relay.named('settling');
  await relay.post({ kind: 'status_update', payment, body: statusUpdate('IN_PROGRESS', 0) });
  await fetch(`${relay.url}/local/settled`);
  expect(JSON.stringify(relay.events())).toContain(payment);
});

test('what is neither a door of the desk nor a route of the template is not found', async () => {
  expect((await fetch(`${relay.url}/local/nothing`)).status).toBe(404);
});
