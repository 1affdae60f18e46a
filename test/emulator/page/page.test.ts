import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

test("values from outside are shown as text on Klarna's page", async () => {
  const shipments = [
    { item_lines: [{ name: '<img src=x onerror=alert(1)>"\'&', price: 10_000, quantity: 1, amount: 10_000 }] },
  ];
  const { answer } = await relay.create('authorize', { shipments });
  const page = await fetch(String(answer.body.redirect_url), { headers: { accept: 'text/html' } });
  const shown = await page.text();
  expect(shown).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;');
  expect(shown).not.toContain('<img');
});

test('a command gets the session as JSON', async () => {
  const { answer, hpp } = await relay.create('authorize');
  const session = await (await fetch(String(answer.body.redirect_url))).json();
  expect(session).toMatchObject({ session_id: hpp, status: 'WAITING' });
});
