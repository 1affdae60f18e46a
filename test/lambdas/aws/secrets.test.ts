import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { callbackKeys } from '../../../lambdas/aws/secrets.ts';

const aws = mockClient(SecretsManagerClient);
const [one, two, three] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)];
let minutes = 0;

const holds = (value: unknown) =>
  aws.on(GetSecretValueCommand).resolves({ SecretString: typeof value === 'string' ? value : JSON.stringify(value) });
const opened = () =>
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
  holds({ current: one });
  const keys = await opened();
  minutes += 600;
  expect([keys.held, keys.held]).toEqual([[one], [one]]);
  expect(aws.calls().map((call) => call.args[0].input)).toEqual([{ SecretId: 'arn:secret' }]);
});

test('current, previous and next are all accepted', async () => {
  holds({ current: one, previous: two, next: three });
  expect((await opened()).held).toEqual([one, two, three]);
});

test('after a rotation the keys are read anew', async () => {
  holds({ current: one });
  const keys = await opened();
  holds({ current: two, previous: one });
  minutes += 5;
  expect(await keys.renewed()).toEqual([two, one]);
  expect(keys.held).toEqual([two, one]);
});

test('forgeries cause one read in five minutes and no more', async () => {
  holds({ current: one });
  const keys = await opened();
  for (let n = 0; n < 100; n++) expect(await keys.renewed()).toBeUndefined();
  minutes += 5;
  await keys.renewed();
  minutes += 4;
  expect(await keys.renewed()).toBeUndefined();
  expect(aws.calls()).toHaveLength(2);
});

test('while the secret cannot be read again the held keys stay, and the trouble shows', async () => {
  holds({ current: one });
  const keys = await opened();
  aws.on(GetSecretValueCommand).rejects(new Error('throttled'));
  minutes += 5;
  await expect(keys.renewed()).rejects.toThrow('throttled');
  expect(keys.held).toEqual([one]);
  await expect(keys.renewed()).rejects.toThrow('could not be read a moment ago');
  expect(aws.calls()).toHaveLength(2);
});

test('a second after a failed read it is tried again: a genuine URL is not refused for minutes', async () => {
  holds({ current: one });
  const keys = await opened();
  aws.on(GetSecretValueCommand).rejects(new Error('throttled'));
  minutes += 5;
  await expect(keys.renewed()).rejects.toThrow('throttled');
  minutes += 1 / 60;
  holds({ current: two });
  expect(await keys.renewed()).toEqual([two]);
  expect(await keys.renewed()).toBeUndefined();
});

test('a key that was emptied is no key', async () => {
  holds({ current: one, previous: null, next: null });
  expect((await opened()).held).toEqual([one]);
});

test.each([
  ['no JSON', `${one}`],
  ['no current key', { previous: one }],
  ['a key that is too short', { current: one.slice(1) }],
  ['a previous key that is too short', { current: one, previous: 'short' }],
  ['nothing', ''],
])('%s is refused without quoting it', async (_, value) => {
  holds(value);
  const refused = await opened().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message: 'the callback secret is not JSON with a `current` of at least 32 characters',
  });
});
