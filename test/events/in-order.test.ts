import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../events/in-order.ts';

/** The sequences that a consumer behind a queue handles; an event that has to wait goes to the back of the queue. */
function handledOf(deliveries: number[]): number[] {
  const handled: number[] = [];
  const queue = [...deliveries];
  for (let tries = queue.length ** 2 + 1; queue.length > 0 && tries > 0; tries--) {
    const sequence = queue.shift() ?? 0;
    const verdict = inOrder({ sequence }, handled.at(-1) ?? 0);
    if (verdict === 'handle') handled.push(sequence);
    if (verdict === 'wait') queue.push(sequence);
  }
  return handled;
}

test('whatever the order and however often events are delivered, each is handled once and in order', () => {
  const deliveries = fc
    .integer({ min: 1, max: 12 })
    .chain((length) => {
      const all = Array.from({ length }, (_, n) => n + 1);
      const repeats = fc.array(fc.constantFrom(...all), { maxLength: 8 });
      return fc.tuple(fc.constant(all), repeats);
    })
    .chain(([all, repeats]) => {
      const together = [...all, ...repeats];
      const order = fc.shuffledSubarray(together, { minLength: together.length });
      return fc.tuple(fc.constant(all), order);
    });
  fc.assert(
    fc.property(deliveries, ([all, order]) => {
      expect(handledOf(order)).toEqual(all);
    }),
  );
});

test('an event that comes after a gap waits, and is not dropped', () => {
  expect(handledOf([1, 3])).toEqual([1]);
  expect(inOrder({ sequence: 3 }, 1)).toBe('wait');
});
