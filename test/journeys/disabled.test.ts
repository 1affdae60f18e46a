import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('a session that the merchant disables ends its payment', async () => {
    const { newPayment, post, publishedChanges } = relay();
    const payment = newPayment('disabled');
    const tell = (body: object) => post({ kind: 'status_update', payment, body });
    expect(await tell(statusUpdateBody('IN_PROGRESS', 0))).toBe(200);
    expect(await tell(statusUpdateBody('DISABLED', 2))).toBe(200);
    expect(await tell(statusUpdateBody('BACK', 1))).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Stage Changed #2 DISABLED ERROR/FAILED in_progress → disabled, final',
    ]);
  });
});
