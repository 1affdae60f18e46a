import { describe, expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  describe('an empty body', () => {
    test.each([
      { kind: 'status_update', target: 'session' },
      { kind: 'authorization', target: 'session' },
      { kind: 'notification', target: 'order' },
      { kind: 'push', target: 'order' },
    ] as const)(
      'of a $kind is answered 200, publishes nothing and requests a read of the $target',
      async ({ kind, target }) => {
        const { newPayment, post, publishedChanges, item } = relay();
        const payment = newPayment(`empty-${kind}`.replace('_', '-'));
        expect(await post({ kind, payment, body: '' })).toBe(200);

        expect(await publishedChanges(payment)).toEqual([]);
        expect(await item(payment)).toMatchObject({
          stage: 'created',
          readRequests: { [target]: { at: expect.any(String) } },
        });
      },
    );

    test('between two updates loses neither of them', async () => {
      const { newPayment, post, publishedChanges } = relay();
      const payment = newPayment('between');
      for (const body of [statusUpdateBody('IN_PROGRESS', 0), '', statusUpdateBody('FAILED', 2)]) {
        expect(await post({ kind: 'status_update', payment, body })).toBe(200);
      }
      expect(await publishedChanges(payment)).toHaveLength(2);
    });
  });

  test.each(['null', '{', '[]', 'status=COMPLETED', '"COMPLETED"'])(
    'the body %s has the same effect as an empty one',
    async (body) => {
      const { newPayment, post, publishedChanges, item } = relay();
      const payment = newPayment('unreadable');
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);

      expect(await publishedChanges(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({ readRequests: { session: { at: expect.any(String) } } });
    },
  );

  describe('a push', () => {
    test('has no body: its order id comes in the URL, in place of our placeholder', async () => {
      const { newPayment, post, publishedChanges, item, mint } = relay();
      const payment = newPayment('push');
      const url = mint('push', payment).replace('{order.id}', 'f3392f8b-6116-4073-ab96-e330819e2c07');
      expect(await post({ kind: 'push', payment, url })).toBe(200);

      expect(await publishedChanges(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({
        hintedOrders: [{ order_id: 'f3392f8b-6116-4073-ab96-e330819e2c07' }],
        readRequests: { order: { at: expect.any(String) } },
      });
    });

    test('whose placeholder Klarna did not fill in names no order', async () => {
      const { newPayment, post, item } = relay();
      const payment = newPayment('unfilled');
      expect(await post({ kind: 'push', payment })).toBe(200);

      const kept = await item(payment);
      expect(kept).toMatchObject({ readRequests: { order: { at: expect.any(String) } } });
      expect(kept?.facts).not.toHaveProperty('order_id');
      expect(kept?.hintedOrders).toEqual([]);
    });
  });

  describe('a notification', () => {
    const order_id = 'de305d54-75b4-431b-adb2-eb6b9e546014';

    test.each(['FRAUD_RISK_ACCEPTED', 'FRAUD_RISK_REJECTED', 'FRAUD_RISK_STOPPED'])(
      'of %s moves nothing: the payment keeps the order until it is read',
      async (event_type) => {
        const { newPayment, post, publishedChanges, item, token } = relay();
        const payment = newPayment('risk');
        const completed = statusUpdateBody('COMPLETED', 5, { authorization_token: token() });
        await post({ kind: 'status_update', payment, body: completed });
        expect(await post({ kind: 'notification', payment, body: { order_id, event_type } })).toBe(200);

        expect(await publishedChanges(payment)).toHaveLength(1);
        expect(await item(payment)).toMatchObject({
          stage: 'authorized',
          hintedOrders: [{ order_id }],
          readRequests: { order: { at: expect.any(String) } },
        });
      },
    );

    test('that names no order still requests a read of the order', async () => {
      const { newPayment, post, item } = relay();
      const payment = newPayment('no-order');
      expect(await post({ kind: 'notification', payment, body: { event_type: 'FRAUD_RISK_ACCEPTED' } })).toBe(200);
      expect(await item(payment)).toMatchObject({ readRequests: { order: { at: expect.any(String) } } });
    });
  });
});
