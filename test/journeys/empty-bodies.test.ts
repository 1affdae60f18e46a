import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test.each([
    { kind: 'status_update', looks: 'session' },
    { kind: 'authorization', looks: 'session' },
    { kind: 'notification', looks: 'order' },
    { kind: 'push', looks: 'order' },
  ] as const)(
    'an empty $kind is answered 200, publishes nothing and asks to look at the $looks',
    async ({ kind, looks }) => {
      const { newPayment, post, publishedChanges, item } = relay();
      const payment = newPayment(`empty-${kind}`.replace('_', '-'));
      expect(await post({ kind, payment, body: '' })).toBe(200);

      expect(await publishedChanges(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({ stage: 'created', readRequests: { [looks]: expect.any(String) } });
    },
  );

  test.each(['null', '{', '[]', 'status=COMPLETED', '"COMPLETED"'])(
    'a body like %s is taken like an empty one',
    async (body) => {
      const { newPayment, post, publishedChanges, item } = relay();
      const payment = newPayment('unreadable');
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);

      expect(await publishedChanges(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({ readRequests: { session: expect.any(String) } });
    },
  );

  test('an empty repeat between two updates loses neither', async () => {
    const { newPayment, post, publishedChanges } = relay();
    const payment = newPayment('between');
    for (const body of [statusUpdateBody('IN_PROGRESS', 0), '', statusUpdateBody('FAILED', 2)]) {
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);
    }
    expect(await publishedChanges(payment)).toHaveLength(2);
  });
});
