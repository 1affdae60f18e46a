import { expect, test } from 'vitest';
import { progressTo } from '../../../cli/replay/progress.ts';

test('long work reports its progress every two seconds, short work prints nothing', () => {
  const written: string[] = [];
  let ms = 0;
  const progress = progressTo({ write: (text) => written.push(text) }, () => ms);
  for (ms of [0, 500, 1999, 2000, 2001, 3999, 4000]) progress(`at ${ms}`);
  expect(written).toEqual(['at 2000\n', 'at 4000\n']);
});
