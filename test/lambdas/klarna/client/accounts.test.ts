import { expect, test } from 'vitest';
import { parseAccounts } from '../../../../lambdas/klarna/client/accounts.ts';
import { klarnaAccount } from '../../../support/harness/scripted-klarna.ts';

test('accounts are read by their names', () => {
  expect(parseAccounts(JSON.stringify({ default: klarnaAccount, oslo: klarnaAccount }))).toEqual({
    default: klarnaAccount,
    oslo: klarnaAccount,
  });
});

test.each([
  ['nothing', ''],
  ['text that is not JSON', 'password=hunter2'],
  ['no account', '{}'],
  ['the empty form', JSON.stringify({ default: { ...klarnaAccount, username: '', password: '' } })],
  ['an unknown region', JSON.stringify({ default: { ...klarnaAccount, region: 'moon', password: 'hunter2' } })],
])('a secret with %s is refused without quoting it', (_, text) => {
  expect(() => parseAccounts(text)).toThrow(/accounts secret/);
  expect(() => parseAccounts(text)).not.toThrow(/hunter2/);
});
