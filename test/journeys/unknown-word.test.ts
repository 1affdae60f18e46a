import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test.each(['TIMEOUT', 'MANUAL_ID_CHECK', 'TOMORROWS_WORD'])(
    '%s is published as it came, ends nothing, and sends us to look',
    async (word) => {
      const { newPayment, post, publishedChanges, item, token } = relay();
      const payment = newPayment('unknown');
      const tell = (body: object) => post({ kind: 'status_update', payment, body });
      expect(await tell(statusUpdateBody('IN_PROGRESS', 0))).toBe(200);
      expect(await tell(statusUpdateBody(word, 1))).toBe(200);
      expect(await item(payment)).toMatchObject({
        stage: 'in_progress',
        readRequests: { session: expect.any(String) },
      });
      expect(await tell(statusUpdateBody('COMPLETED', 5, { authorization_token: token() }))).toBe(200);

      expect(await publishedChanges(payment)).toEqual([
        'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
        `Payment Status Changed #2 ${word} WAITING/SUCCEEDED in_progress`,
        'Payment Stage Changed #3 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
      ]);
    },
  );
});
