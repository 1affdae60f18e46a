import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('ten deliveries of one callback at once make one change', async () => {
    const { newPayment, post, publishedChanges, item, token } = relay();
    const payment = newPayment('ten');
    const body = statusUpdateBody('COMPLETED', 5, { authorization_token: token() });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ kind: 'status_update', payment, body })));

    expect(answers).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized, final',
    ]);
    const told = (await item(payment))?.recentReports.filter(({ source }) => source === 'status_update');
    expect(told).toHaveLength(1);
  });
});
