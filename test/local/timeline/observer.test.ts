import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TimelineEntry, TimelineMessage } from '../../../local/timeline/entry.ts';
import { authorizationCallbackBody, statusUpdateBody } from '../../support/builders/callback-bodies.ts';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

/** The messages to a payment's page so far, as text. */
async function messagesOf(payment: string): Promise<string> {
  const connection = new AbortController();
  const url = `${relay.url}/local/timeline?payment=${payment}`;
  const response = await fetch(url, { signal: connection.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const messages = (await reader?.read())?.value ?? '';
  connection.abort();
  return messages;
}

const entriesIn = (messages: string): TimelineEntry[] =>
  messages
    .trimEnd()
    .split('\n\n')
    .map((block): TimelineMessage => JSON.parse(block.replace('data: ', '')))
    .flatMap((message) => ('entry' in message ? message.entry : []));

test('the timeline of a payment contains no token, no URL secret, no key and no personal data', async () => {
  const { payment, hpp } = await relay.create('buy_and_tokenize');
  await relay.shopper(hpp, 'arrive', 'approve');
  await relay.post({ kind: 'authorization', payment, body: authorizationCallbackBody(relay.token()) });
  await relay.idle();
  const messages = await messagesOf(payment);
  expect(entriesIn(messages).length).toBeGreaterThan(10);
  expect(relay.secrets().filter((secret) => messages.includes(secret))).toEqual([]);
  expect(messages).not.toMatch(/grace@shop\.example|Torstrasse/);
});

test.each([
  ['a late callback', 'IN_PROGRESS', 'late', /older than what is known.*says IN_PROGRESS; the session is CANCELLED/],
  ['a contradiction', 'DISABLED', 'conflict', /contradicts what is known/],
  ['an unknown status', 'DANCING', 'late', /not in the status table/],
])('%s is explained', async (_, word, result, why) => {
  const payment = relay.newPayment('explained');
  await relay.post({ kind: 'status_update', payment, body: statusUpdateBody('CANCELLED', 5) });
  await relay.post({ kind: 'status_update', payment, body: statusUpdateBody(word, 1) });
  await relay.idle();
  const entry = entriesIn(await messagesOf(payment)).findLast(({ from }) => from === 'klarna');
  expect(entry).toMatchObject({
    title: `status_update ${word}`,
    result,
    why: expect.stringMatching(why),
    showsWhy: true,
  });
});

test('a forged callback is shown with the reason of its refusal, under the payment in its URL', async () => {
  const payment = relay.newPayment('forged');
  const url = relay.mint('push', payment).replace(/[\w-]{43}\?.*/, 'x'.repeat(43));
  await relay.send({ kind: 'push', payment, url });
  const [entry] = entriesIn(await messagesOf(payment));
  expect(entry).toMatchObject({ title: 'push', result: '401', why: expect.stringContaining('not from Klarna') });
});

test('a due task shows with its kind and its result', async () => {
  const { payment, hpp } = await relay.create('authorize');
  relay.emulated.control.callbacks({ session: hpp, does: 'lose' });
  await relay.shopper(hpp, 'arrive');
  await relay.forward(3 * 60_000);
  const entries = entriesIn(await messagesOf(payment));
  expect(entries).toContainEqual(expect.objectContaining({ title: 'task: read session', result: 'done' }));
  expect(entries).toContainEqual(
    expect.objectContaining({ to: 'bus', why: expect.stringContaining('Read from Klarna'), showsWhy: true }),
  );
});
