import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

const order_id = 'de305d54-75b4-431b-adb2-eb6b9e546014';

journey((relay) => {
  test.each(['FRAUD_RISK_ACCEPTED', 'FRAUD_RISK_REJECTED', 'FRAUD_RISK_STOPPED'])(
    '%s moves nothing by itself: the order to look at is kept until it is read',
    async (event_type) => {
      const { newPayment, post, publishedChanges, item, token } = relay();
      const payment = newPayment('risk');
      const completed = statusUpdateBody('COMPLETED', 5, { authorization_token: token() });
      await post({ kind: 'status_update', payment, body: completed });
      expect(await post({ kind: 'notification', payment, body: { order_id, event_type } })).toBe(200);

      expect(await publishedChanges(payment)).toHaveLength(1);
      expect(await item(payment)).toMatchObject({
        stage: 'authorized',
        hintedOrder: { order_id },
        readRequests: { order: expect.any(String) },
      });
    },
  );

  test('a notification that names no order still asks to look at it', async () => {
    const { newPayment, post, item } = relay();
    const payment = newPayment('no-order');
    expect(await post({ kind: 'notification', payment, body: { event_type: 'FRAUD_RISK_ACCEPTED' } })).toBe(200);
    expect(await item(payment)).toMatchObject({ readRequests: { order: expect.any(String) } });
  });
});
