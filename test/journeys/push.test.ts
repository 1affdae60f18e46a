import { expect, test } from 'vitest';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('a push has no body: its order id comes in the URL, where Klarna put it for our placeholder', async () => {
    const { newPayment, post, publishedChanges, item, mint } = relay();
    const payment = newPayment('push');
    const url = mint('push', payment).replace('{order.id}', 'f3392f8b-6116-4073-ab96-e330819e2c07');
    expect(await post({ kind: 'push', payment, url })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([]);
    expect(await item(payment)).toMatchObject({
      hintedOrder: { order_id: 'f3392f8b-6116-4073-ab96-e330819e2c07' },
      readRequests: { order: expect.any(String) },
    });
  });

  test('a placeholder that Klarna did not fill in is no order id', async () => {
    const { newPayment, post, item } = relay();
    const payment = newPayment('unfilled');
    expect(await post({ kind: 'push', payment })).toBe(200);

    const kept = await item(payment);
    expect(kept).toMatchObject({ readRequests: { order: expect.any(String) } });
    expect(kept?.facts).not.toHaveProperty('order_id');
    expect(kept).not.toHaveProperty('hintedOrder');
  });
});
