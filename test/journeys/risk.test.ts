import { expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { journey } from '../support/journey.ts';

const order_id = 'de305d54-75b4-431b-adb2-eb6b9e546014';

journey((relay) => {
  test.each(['FRAUD_RISK_ACCEPTED', 'FRAUD_RISK_REJECTED', 'FRAUD_RISK_STOPPED'])(
    '%s moves nothing by itself: the order to look at is kept until it is read',
    async (event_type) => {
      const { named, post, heard, item, token } = relay();
      const payment = named('risk');
      const completed = statusUpdate('COMPLETED', 5, { authorization_token: token() });
      await post({ kind: 'status_update', payment, body: completed });
      expect(await post({ kind: 'notification', payment, body: { order_id, event_type } })).toBe(200);

      expect(await heard(payment)).toHaveLength(1);
      expect(await item(payment)).toMatchObject({
        stage: 'authorized',
        hintedOrder: { order_id },
        readRequests: { order: expect.any(String) },
      });
    },
  );

  test('a notification that names no order still asks to look at it', async () => {
    const { named, post, item } = relay();
    const payment = named('no-order');
    expect(await post({ kind: 'notification', payment, body: { event_type: 'FRAUD_RISK_ACCEPTED' } })).toBe(200);
    expect(await item(payment)).toMatchObject({ readRequests: { order: expect.any(String) } });
  });
});
