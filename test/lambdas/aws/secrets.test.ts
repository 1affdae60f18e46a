import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { callbackKeys } from '../../../lambdas/aws/secrets.ts';

const aws = mockClient(SecretsManagerClient);
const [one, two, three] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)];
let minutes = 0;

const setSecret = (value: unknown) =>
  aws.on(GetSecretValueCommand).resolves({ SecretString: typeof value === 'string' ? value : JSON.stringify(value) });
const readKeys = () =>
  callbackKeys({
    client: new SecretsManagerClient({ region: 'eu-central-1' }),
    secretArn: 'arn:secret',
    now: () => new Date(minutes * 60_000),
  });

beforeEach(() => {
  aws.reset();
  minutes = 100;
});

test('the secret is read once and held', async () => {
  setSecret({ current: one });
  const keys = await readKeys();
  minutes += 600;
  expect([keys.held, keys.held]).toEqual([[one], [one]]);
  expect(aws.calls().map((call) => call.args[0].input)).toEqual([{ SecretId: 'arn:secret' }]);
});

test('current, previous and next are all accepted', async () => {
  setSecret({ current: one, previous: two, next: three });
  expect((await readKeys()).held).toEqual([one, two, three]);
});

test('after a rotation the keys are read again', async () => {
  setSecret({ current: one });
  const keys = await readKeys();
  setSecret({ current: two, previous: one });
  minutes += 5;
  expect(await keys.renewed()).toEqual([two, one]);
  expect(keys.held).toEqual([two, one]);
});

test('forgeries cause one read in five minutes and no more', async () => {
  setSecret({ current: one });
  const keys = await readKeys();
  for (let n = 0; n < 100; n++) expect(await keys.renewed()).toBeUndefined();
  minutes += 5;
  await keys.renewed();
  minutes += 4;
  expect(await keys.renewed()).toBeUndefined();
  expect(aws.calls()).toHaveLength(2);
});

test('while the secret cannot be read again, the held keys stay and the error is thrown', async () => {
  setSecret({ current: one });
  const keys = await readKeys();
  aws.on(GetSecretValueCommand).rejects(new Error('throttled'));
  minutes += 5;
  await expect(keys.renewed()).rejects.toThrow('throttled');
  expect(keys.held).toEqual([one]);
  await expect(keys.renewed()).rejects.toThrow('could not be read a moment ago');
  expect(aws.calls()).toHaveLength(2);
});

test('a failed read is repeated after a second, so that a genuine URL is not refused for minutes', async () => {
  setSecret({ current: one });
  const keys = await readKeys();
  aws.on(GetSecretValueCommand).rejects(new Error('throttled'));
  minutes += 5;
  await expect(keys.renewed()).rejects.toThrow('throttled');
  minutes += 1 / 60;
  setSecret({ current: two });
  expect(await keys.renewed()).toEqual([two]);
  expect(await keys.renewed()).toBeUndefined();
});

test('an empty key is left out', async () => {
  setSecret({ current: one, previous: null, next: null });
  expect((await readKeys()).held).toEqual([one]);
});

test.each([
  ['text that is not JSON', `${one}`],
  ['a secret without a current key', { previous: one }],
  ['a key that is too short', { current: one.slice(1) }],
  ['a previous key that is too short', { current: one, previous: 'short' }],
  ['an empty secret', ''],
])('%s is refused without quoting it', async (_, value) => {
  setSecret(value);
  const refused = await readKeys().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message: 'the callback secret is not JSON with a `current` of at least 32 characters',
  });
});
