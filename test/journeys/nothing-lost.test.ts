import { afterAll, beforeAll, expect, test } from 'vitest';
import { paymentEvent } from '../../events/contract.ts';
import { parseTemplate } from '../../local/cloud/template.ts';
import { onEveryEngine } from '../support/engines/engines.ts';
import { synthesisedOnce } from '../support/engines/template.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/** The template, except that its stream discards a batch at the first refusal instead of after 23 hours. */
async function withoutRetries(): Promise<unknown> {
  const { url, ...template } = parseTemplate(await synthesisedOnce());
  const [, outbox] = Object.entries(template.Resources).find(([id]) => id.startsWith('RelayOutbox')) ?? [];
  if (!outbox) throw new Error('the template has no outbox');
  outbox.Properties.MaximumRetryAttempts = 0;
  return template;
}

const publishedBy = (relay: Journey, payment: string) =>
  relay
    .events()
    .map((event) => paymentEvent.parse(event))
    .filter(({ detail }) => detail.paymentId === payment);

onEveryEngine(({ start }) => {
  let relay: Journey;
  let refuses = false;
  beforeAll(async () => {
    relay = await startJourney({
      engine: start,
      template: await withoutRetries(),
      onAwsCall: ({ action }) => {
        if (refuses && action === 'events:PutEvents') throw new Error('the bus is down');
      },
    });
  });
  afterAll(() => relay?.stop());

  const published = (payment: string) => publishedBy(relay, payment);
  const sequences = (payment: string) => published(payment).map(({ detail }) => detail.sequence);

  test('changes that the stream discarded are published an hour later, once each, in order and marked as replayed', async () => {
    refuses = true;
    const { payment, hpp } = await relay.create('authorize');
    await relay.shopper(hpp, 'arrive', 'cancel');
    refuses = false;
    expect(relay.discardedRows().length).toBeGreaterThan(0);
    expect(sequences(payment)).toEqual([]);

    await relay.forward(61 * minutes);
    expect(sequences(payment)).toEqual([1, 2, 3]);
    expect(published(payment).every(({ detail }) => detail.replayed)).toBe(true);
    await relay.forward(3 * hours);
    expect(sequences(payment)).toEqual([1, 2, 3]);
    expect(relay.logEntries().filter((entry) => entry.includes('"Republished":3'))).toHaveLength(1);
  });

  test('an hour after its changes were published a finished payment has no task left, and nothing is published twice', async () => {
    const { payment, hpp } = await relay.create('authorize');
    await relay.shopper(hpp, 'cancel');
    expect(await relay.item(payment)).toHaveProperty('dueAt');
    await relay.forward(61 * minutes);
    expect(await relay.item(payment)).not.toHaveProperty('dueAt');
    expect(sequences(payment)).toEqual([1, 2, 3]);
    expect(published(payment).some(({ detail }) => detail.replayed)).toBe(false);
  });

  test('a warning is published before an authorization expires that Klarna does not let us use', async () => {
    const { payment, hpp } = await relay.create('buy_and_tokenize');
    relay.emulated.control.answers([{ path: '/authorizations/', status: 503, times: 9999 }]);
    await relay.shopper(hpp, 'approve');
    await relay.forward(46 * minutes);
    relay.emulated.control.clearAnswers();
    const warnings = (await relay.publishedChanges(payment)).filter((change) =>
      change.startsWith('Payment Attention Needed'),
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/ WAITING WAITING\/SUCCEEDED authorization_expiring, authorized$/);
  });

  test('one warning is published before the capture deadline of an order that was not captured', async () => {
    const { payment, hpp } = await relay.create('authorize');
    await relay.shopper(hpp, 'approve');
    const { order } = (await relay.item(payment)) ?? {};
    const left = Date.parse(order?.expires_at ?? '') - relay.clock.now().getTime();
    await relay.forward(left - 3 * days - hours);
    expect((await relay.publishedChanges(payment)).join()).not.toContain('capture_deadline');
    await relay.forward(2 * hours);
    await relay.forward(2 * hours);
    expect(
      (await relay.publishedChanges(payment)).filter((change) => change.includes('capture_deadline')),
    ).toHaveLength(1);
  });

  test('a change whose row was given up goes out before the next change, and nothing is published twice', async () => {
    refuses = true;
    const { payment, hpp } = await relay.create('authorize');
    await relay.shopper(hpp, 'arrive');
    refuses = false;
    expect(sequences(payment)).toEqual([]);
    await relay.shopper(hpp, 'cancel');
    expect(sequences(payment)).toEqual([1, 2, 3]);
    expect(published(payment).some(({ detail }) => detail.replayed)).toBe(false);
    await relay.forward(3 * hours);
    expect(sequences(payment)).toEqual([1, 2, 3]);
  });
});
