import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder, type LastHandled } from '../../events/in-order.ts';

/** An event of the first incarnation, unless `more` says another. */
const event = (sequence: number, more: Partial<Parameters<typeof inOrder>[0]> = {}) => ({
  incarnation: 'a',
  firstSequence: 1,
  sequence,
  ...more,
});

/** What a consumer behind a queue handles; an event that has to wait goes to the back of the queue. */
function handled(deliveries: ReturnType<typeof event>[], held?: LastHandled): string[] {
  const done: LastHandled[] = [];
  const queue = [...deliveries];
  for (let tries = queue.length ** 2 + 1; queue.length > 0 && tries > 0; tries--) {
    const next = queue.shift() ?? event(0);
    const verdict = inOrder(next, done.at(-1) ?? held);
    if (verdict === 'handle') done.push(next);
    if (verdict === 'wait') queue.push(next);
  }
  return done.map(({ incarnation, sequence }) => `${incarnation}${sequence}`);
}

const shuffled = (events: ReturnType<typeof event>[]) => fc.shuffledSubarray(events, { minLength: events.length });

test('whatever the order and however often events are delivered, each is handled once and in order', () => {
  const deliveries = fc
    .integer({ min: 1, max: 12 })
    .chain((length) => {
      const all = Array.from({ length }, (_, n) => event(n + 1));
      const repeats = fc.array(fc.constantFrom(...all), { maxLength: 8 });
      return fc.tuple(fc.constant(all), repeats);
    })
    .chain(([all, repeats]) => fc.tuple(fc.constant(all), shuffled([...all, ...repeats])));
  fc.assert(
    fc.property(deliveries, ([all, order]) => {
      expect(handled(order)).toEqual(all.map(({ sequence }) => `a${sequence}`));
    }),
  );
});

test('an event that comes after a gap waits, and is not dropped', () => {
  expect(handled([event(1), event(3)])).toEqual(['a1']);
  expect(inOrder(event(3), { incarnation: 'a', sequence: 1 })).toBe('wait');
});

describe('a payment that was restored with three changes', () => {
  const old = [1, 2, 3].map((sequence) => event(sequence));
  const restored = [4, 5].map((sequence) => event(sequence, { incarnation: 'b', firstSequence: 4 }));

  test('goes on in order for a subscriber that holds no more than these, whatever the order of the events', () => {
    fc.assert(
      fc.property(shuffled([...old, ...restored, ...old]), (order) => {
        expect(handled(order)).toEqual(['a1', 'a2', 'a3', 'b4', 'b5']);
      }),
    );
  });

  test('goes on for a subscriber that saw changes which the restore lost, and those are old news', () => {
    const lost = [event(5), event(6)];
    fc.assert(
      fc.property(shuffled([...old, ...restored, ...lost]), (order) => {
        expect(handled(order, { incarnation: 'a', sequence: 6 })).toEqual(['b4', 'b5']);
      }),
    );
  });
});

test('a payment whose id came back after it was deleted starts again with sequence 1', () => {
  const again = [1, 2].map((sequence) => event(sequence, { incarnation: 'b' }));
  fc.assert(
    fc.property(shuffled([...again, event(3), event(9)]), (order) => {
      expect(handled(order, { incarnation: 'a', sequence: 9 })).toEqual(['b1', 'b2']);
    }),
  );
});

describe('a replay into the queue of one subscriber, from sequence 4 on', () => {
  const live = [6, 7].map((sequence) => event(sequence));
  const replay = [4, 5, 6].map((sequence) => event(sequence, { replayedFrom: 4 }));

  test('gives a subscriber that joined late a place to start, beside the live events', () => {
    fc.assert(
      fc.property(shuffled([...live, ...replay]), (order) => {
        expect(handled(order)).toEqual(['a4', 'a5', 'a6', 'a7']);
      }),
    );
  });

  test('makes no subscriber skip what it still waits for', () => {
    expect(handled([...replay, ...live], { incarnation: 'a', sequence: 2 })).toEqual([]);
    expect(handled([...replay, ...live, event(3)], { incarnation: 'a', sequence: 2 })).toEqual([
      'a3',
      'a4',
      'a5',
      'a6',
      'a7',
    ]);
  });
});
