import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test.each([
    { attack: 'a made-up secret', url: (genuine: string) => genuine.replace(/[^/]+$/, 'A'.repeat(43)) },
    {
      attack: 'one changed character',
      url: (genuine: string) => genuine.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')),
    },
    { attack: 'the URL of another kind', url: (genuine: string) => genuine.replace('status_update', 'notification') },
    { attack: 'the URL of another payment', url: (genuine: string) => genuine.replace('forged-', 'forgery-') },
    { attack: 'a secret cut short', url: (genuine: string) => genuine.slice(0, -1) },
  ])('$attack is answered 401, and nothing is written', async ({ url }) => {
    const { newPayment, post, mint, items, events } = relay();
    const before = { items: await items(), events: events().length };
    const payment = newPayment('forged');
    const body = statusUpdateBody('COMPLETED', 5, { authorization_token: relay().token() });
    expect(await post({ kind: 'status_update', payment, body, url: url(mint('status_update', payment)) })).toBe(401);

    await relay().idle();
    expect({ items: await items(), events: events().length }).toEqual(before);
  });

  test('a genuine callback after a forged one has the same effect as without it', async () => {
    const { newPayment, post, mint, publishedChanges } = relay();
    const payment = newPayment('after');
    const url = mint('status_update', payment).replace(/[^/]+$/, 'B'.repeat(43));
    await post({ kind: 'status_update', payment, body: statusUpdateBody('CANCELLED', 5), url });
    await post({ kind: 'status_update', payment, body: statusUpdateBody('IN_PROGRESS', 6) });
    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
    ]);
  });
});
