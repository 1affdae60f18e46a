import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('a shopper may go back and return as often as he likes, and still pay', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('back-and-forth');
    const words = ['IN_PROGRESS', 'BACK', 'IN_PROGRESS', 'ERROR', 'IN_PROGRESS'];
    for (const [minute, word] of words.entries()) {
      expect(await post({ kind: 'status_update', payment, body: statusUpdateBody(word, minute) })).toBe(200);
    }
    const paid = statusUpdateBody('COMPLETED', 9, { authorization_token: token() });
    expect(await post({ kind: 'status_update', payment, body: paid })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Status Changed #2 BACK WAITING/SUCCEEDED in_progress',
      'Payment Status Changed #3 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Status Changed #4 ERROR ERROR/FAILED in_progress',
      'Payment Status Changed #5 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Stage Changed #6 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
    ]);
  });
});
