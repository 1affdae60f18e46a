import { expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { journey } from '../support/journey.ts';

journey((relay) => {
  test.each([
    { kind: 'status_update', looks: 'session' },
    { kind: 'authorization', looks: 'session' },
    { kind: 'notification', looks: 'order' },
    { kind: 'push', looks: 'order' },
  ] as const)(
    'an empty $kind is answered 200, publishes nothing and asks to look at the $looks',
    async ({ kind, looks }) => {
      const { named, post, heard, item } = relay();
      const payment = named(`empty-${kind}`.replace('_', '-'));
      expect(await post({ kind, payment, body: '' })).toBe(200);

      expect(await heard(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({ stage: 'created', readRequests: { [looks]: expect.any(String) } });
    },
  );

  test.each(['null', '{', '[]', 'status=COMPLETED', '"COMPLETED"'])(
    'a body like %s is taken like an empty one',
    async (body) => {
      const { named, post, heard, item } = relay();
      const payment = named('unreadable');
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);

      expect(await heard(payment)).toEqual([]);
      expect(await item(payment)).toMatchObject({ readRequests: { session: expect.any(String) } });
    },
  );

  test('an empty repeat between two updates loses neither', async () => {
    const { named, post, heard } = relay();
    const payment = named('between');
    for (const body of [statusUpdate('IN_PROGRESS', 0), '', statusUpdate('FAILED', 2)]) {
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);
    }
    expect(await heard(payment)).toHaveLength(2);
  });
});
