import { expect, test } from 'vitest';
import { detailType } from '../../../lambdas/payment/change.ts';

const moved = { from: 'created', to: 'in_progress' };
const unmoved = { from: 'in_progress', to: 'in_progress' };
const attention = { reason: 'stuck' };
const operation = { id: 'op', kind: 'capture' };

test.each([
  ['a move of the stage', { stage: moved }, 'Payment Stage Changed'],
  ['a word that moves no stage', { stage: unmoved }, 'Payment Status Changed'],
  ['a finished operation', { stage: unmoved, operation }, 'Payment Operation Finished'],
  ['a finished operation that moves the stage', { stage: moved, operation }, 'Payment Operation Finished'],
  ['a warning', { stage: unmoved, attention }, 'Payment Attention Needed'],
  ['a warning beside an operation', { stage: moved, operation, attention }, 'Payment Attention Needed'],
] as const)('the detail type of %s', (_, change, type) => {
  expect(detailType(change)).toBe(type);
});
