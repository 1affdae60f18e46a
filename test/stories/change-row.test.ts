import { expect, test } from 'vitest';
import { changeRow } from '../../stories/change-row.ts';

const detail = {
  paymentId: 'order-1',
  sequence: 3,
  pspStatus: 'SUCCESS',
  state: 'SUCCESS',
  code: 'SUCCEEDED',
  final: false,
  stage: { from: 'ordered', to: 'ordered' },
};
const lastCell = (type: string, more: object) =>
  changeRow({ 'detail-type': type, detail: { ...detail, ...more } }).at(-1);

test('a row has the detail type, the sequence, the status, state and code, and the stage', () => {
  expect(changeRow({ 'detail-type': 'Payment Status Changed', detail })).toEqual([
    'Payment Status Changed',
    '#3',
    'SUCCESS',
    'SUCCESS/SUCCEEDED',
    'ordered',
  ]);
});

test.each([
  ['Payment Stage Changed', { stage: { from: 'created', to: 'cancelled' }, final: true }, 'created → cancelled, final'],
  ['Payment Operation Finished', { operation: { kind: 'capture' } }, 'capture, ordered'],
  ['Payment Attention Needed', { attention: { reason: 'capture_deadline' } }, 'capture_deadline, ordered'],
])('the last cell of %s shows what it is about and the stages', (type, more, expected) => {
  expect(lastCell(type, more)).toBe(expected);
});

test('an event that is not a change has no row', () => {
  expect(() => changeRow({ 'detail-type': 'Something Else', detail: {} })).toThrow();
});
