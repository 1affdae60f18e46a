import { describe, expect, test } from 'vitest';
import { compareStages, isEnd, type Stage, stages, stepsFrom } from '../../../lambdas/payment/stages.ts';

/** Written by hand from docs/states.md, not computed: everything that may still come after a stage. */
const mayFollow = {
  created:
    'in_progress authorized pending ordered part_captured captured part_refunded refunded cancelled rejected expired disabled',
  in_progress:
    'authorized pending ordered part_captured captured part_refunded refunded cancelled rejected expired disabled',
  authorized: 'pending ordered part_captured captured part_refunded refunded cancelled rejected expired disabled',
  pending: 'ordered part_captured captured part_refunded refunded cancelled rejected expired',
  ordered: 'part_captured captured part_refunded refunded cancelled rejected expired',
  part_captured: 'captured part_refunded refunded expired',
  captured: 'part_refunded refunded',
  part_refunded: 'refunded',
  refunded: '',
  cancelled: '',
  rejected: 'part_captured captured part_refunded refunded expired',
  expired: '',
  disabled: '',
} as const satisfies Record<Stage, string>;

const follows = (held: Stage, reported: Stage) => mayFollow[held].split(' ').includes(reported);

describe.each(stages)('from %s', (held) => {
  test.each(stages)('%s compares as the graph says', (reported) => {
    const expected = () => {
      if (held === reported) return 'same';
      if (follows(held, reported)) return 'ahead';
      return follows(reported, held) ? 'behind' : 'unreachable';
    };
    expect(compareStages({ held, reported })).toBe(expected());
  });
});

test('the stages are listed in the order in which a payment meets them', () => {
  expect(stages).toEqual(Object.keys(mayFollow));
});

test('nothing more is expected in an end, although a rejected order may be captured', () => {
  expect(stages.filter(isEnd)).toEqual(['refunded', 'cancelled', 'rejected', 'expired', 'disabled']);
  expect(stages.filter((stage) => isEnd(stage) && stepsFrom(stage).length > 0)).toEqual(['rejected']);
});

test('a stage that only a newer version knows is unreachable, held or reported', () => {
  const unknown: Stage = JSON.parse('"disputed"');
  for (const stage of stages) {
    expect(compareStages({ held: unknown, reported: stage })).toBe('unreachable');
    expect(compareStages({ held: stage, reported: unknown })).toBe('unreachable');
  }
  expect(isEnd(unknown)).toBe(false);
});
