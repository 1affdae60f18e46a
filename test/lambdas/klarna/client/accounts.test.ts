import { expect, test } from 'vitest';
import { parseAccounts } from '../../../../lambdas/klarna/client/accounts.ts';
import { account } from '../../../support/harness/scripted-klarna.ts';

test('accounts are read by their names', () => {
  expect(parseAccounts(JSON.stringify({ default: account, oslo: account }))).toEqual({
    default: account,
    oslo: account,
  });
});

test.each([
  ['nothing', ''],
  ['text that is not JSON', 'password=hunter2'],
  ['no account', '{}'],
  ['the empty form', JSON.stringify({ default: { ...account, username: '', password: '' } })],
  ['an unknown region', JSON.stringify({ default: { ...account, region: 'moon', password: 'hunter2' } })],
])('a secret with %s is refused without quoting it', (_, text) => {
  expect(() => parseAccounts(text)).toThrow(/accounts secret/);
  expect(() => parseAccounts(text)).not.toThrow(/hunter2/);
});
