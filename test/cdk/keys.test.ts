import { expect, test } from 'vitest';
import { resources } from './resources.ts';

test('the callback secret starts as JSON with a key of 64 characters that need no escaping', () => {
  expect(resources.RelayCallbackSecret?.Properties.GenerateSecretString).toEqual({
    SecretStringTemplate: '{}',
    GenerateStringKey: 'current',
    PasswordLength: 64,
    ExcludePunctuation: true,
  });
});

test('the accounts secret starts as a form without credentials', () => {
  expect(JSON.parse(String(resources.RelayAccountsSecret?.Properties.SecretString))).toEqual({
    default: { region: 'eu', environment: 'playground', username: '', password: '' },
  });
});

test.each(['RelaySealingKey', 'RelayCustomerTokenKey'])('%s is an RSA key of 3072 bits that encrypts', (key) => {
  expect(resources[key]?.Properties).toMatchObject({ KeySpec: 'RSA_3072', KeyUsage: 'ENCRYPT_DECRYPT' });
});
