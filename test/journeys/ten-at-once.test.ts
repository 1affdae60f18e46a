import { expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { journey } from '../support/journey.ts';

journey((relay) => {
  test('ten deliveries of one callback at once make one change', async () => {
    const { named, post, heard, item, token } = relay();
    const payment = named('ten');
    const body = statusUpdate('COMPLETED', 5, { authorization_token: token() });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ kind: 'status_update', payment, body })));

    expect(answers).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await heard(payment)).toEqual([
      'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized, final',
    ]);
    const told = (await item(payment))?.recentReports.filter(({ source }) => source === 'status_update');
    expect(told).toHaveLength(1);
  });
});
