import { expect, test } from 'vitest';
import { savedChanges } from '../../cli/saved-changes.ts';

const change = {
  paymentId: 'p',
  sequence: 1,
  pspStatus: 'WAITING',
  state: 'WAITING',
  code: 'SUCCEEDED',
  final: false,
  stage: { from: 'authorized', to: 'authorized' },
};

test.each([
  ['Payment Stage Changed', { stage: { from: 'created', to: 'authorized' } }],
  ['Payment Status Changed', {}],
  ['Payment Operation Finished', { operation: { kind: 'capture' } }],
  ['Payment Attention Needed', { attention: { reason: 'authorization_expiring' } }],
])('%s is the type of a change with %j', (type, more) => {
  expect(savedChanges({ changes: [{ ...change, ...more }] })).toEqual([
    [type, '#1', 'WAITING', 'WAITING/SUCCEEDED', expect.stringContaining('authorized')],
  ]);
});
