import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { doctor } from '../../../cli/commands/doctor.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { type Part, parts, partsIn } from '../../../cli/doctor/resources.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { Unmet } from '../../../cli/unmet.ts';
import { type EmulatedKlarna, startKlarna } from '../../../emulator/emulator.ts';
import { mayReadStatus } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { type Answers, awsAccount } from '../../support/account.ts';
import { named } from '../../support/reports.ts';
import { synthesisedOnce } from '../../support/template.ts';

const key = 'k'.repeat(43);
const credentials = { username: 'K1', password: 'klarna-password' };
const accounts = { default: { region: 'eu', environment: 'playground', ...credentials } };

const member = (id: string, type: string, name: string) =>
  `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
  `<PhysicalResourceId>${name}</PhysicalResourceId></member>`;
const page = (members: string[], next = '') =>
  `<ListStackResourcesResponse><StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}</ListStackResourcesResponse>`;
const first = page(
  [
    member('RelayCallbackSecret1', 'AWS::SecretsManager::Secret', 'arn:callbacks'),
    member('RelayAccountsSecret2', 'AWS::SecretsManager::Secret', 'arn:accounts'),
    member('RelayBus3', 'AWS::Events::EventBus', 'relay'),
  ],
  '<NextToken>more</NextToken>',
);
const second = page([
  member('RelayDiscarded4', 'AWS::SQS::Queue', 'https://sqs.example/1?a=b&amp;c'),
  member('ShopQueue5', 'AWS::SQS::Queue', 'https://sqs.example/shop'),
  member('RelayOutbox6', 'AWS::Lambda::EventSourceMapping', 'uuid-1'),
  member('RelayEveryMinute7', 'AWS::Scheduler::Schedule', 'every-minute'),
]);

/** A deployment in which all is as it should be. */
const healthy: Answers = {
  ListStackResources: (asked) => (asked.includes('NextToken=more') ? second : first),
  'secretsmanager.GetSecretValue': (asked) => ({
    SecretString: JSON.stringify(asked.includes('arn:accounts') ? accounts : { current: key }),
  }),
  'AWSEvents.ListRules': () => ({
    Rules: [
      { Name: 'orders', State: 'ENABLED' },
      { Name: 'Events-Archive-x', State: 'ENABLED', ManagedBy: 'prod.vhs.events.aws.internal' },
    ],
  }),
  'AWSEvents.ListTargetsByRule': () => ({ Targets: [{ Id: 'queue' }] }),
  'AmazonSQS.GetQueueAttributes': () => ({
    Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' },
  }),
  'GET /2015-03-31/event-source-mappings/uuid-1': () => ({ State: 'Enabled', LastProcessingResult: 'OK' }),
  'GET /schedules/every-minute': () => ({ State: 'ENABLED' }),
};

let klarna: EmulatedKlarna;
let relay: Server;
let base: string;
let relaysKey = key;
let ahead = 0;
beforeEach(async () => {
  relaysKey = key;
  ahead = 0;
  klarna = await startKlarna({ now: () => new Date(), credentials });
  relay = createServer((request, response) => {
    const [, , payment = '', secret = ''] = request.url?.split('/') ?? [];
    const knows = mayReadStatus({ payment: named(payment || 'none'), secret, keys: [relaysKey] });
    response.writeHead(knows ? 404 : 401, { date: new Date(Date.now() + ahead).toUTCString() }).end('{}');
  });
  base = await listen(relay);
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_REGION: 'eu-west-1',
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await klarna.stop();
  await close(relay);
});

/** Examines a deployment that differs from a healthy one in these answers. */
async function examined(answers: Answers = {}): Promise<{ ok: boolean; found: Record<string, Finding>; text: string }> {
  const aws = await awsAccount({ ...healthy, ...answers });
  const env = { AWS_ENDPOINT_URL: aws.url, KLARNA_API_URL: klarna.url };
  const text = await doctor(['--stack', 'Relay', '--base', base, '--json'], env)
    .catch((error: unknown) => (error instanceof Unmet ? error.report : Promise.reject(error)))
    .finally(aws.stop);
  expect(aws.asked.filter((each) => !each.endsWith('AWS4-HMAC-SHA256'))).toEqual([]);
  const { ok, findings } = JSON.parse(text) as { ok: boolean; findings: Finding[] };
  return { ok, found: Object.fromEntries(findings.map((finding) => [finding.check, finding])), text };
}

test('a healthy deployment is found to be healthy, in signed calls, and no secret is shown', async () => {
  const { ok, found, text } = await examined();
  expect(Object.values(found).filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(Object.keys(found)).toEqual([
    'callback keys',
    'keys in use',
    'accounts',
    'Klarna, default',
    'clocks',
    'subscribers',
    'dead letters',
    'streams',
    'schedule',
  ]);
  expect(ok).toBe(true);
  expect([key, credentials.password].filter((secret) => text.includes(secret))).toEqual([]);
});

const secretIs = (value: unknown): Answers => ({
  'secretsmanager.GetSecretValue': (asked) => ({
    SecretString: asked.includes('arn:accounts') ? JSON.stringify(accounts) : JSON.stringify(value),
  }),
});
const accountsAre = (value: unknown): Answers => ({
  'secretsmanager.GetSecretValue': (asked) => ({
    SecretString: asked.includes('arn:accounts') ? JSON.stringify(value) : JSON.stringify({ current: key }),
  }),
});

describe('what is wrong is found', () => {
  test.each<{ wrong: string; answers: Answers; check: string; state: Finding['state']; says: RegExp }>([
    {
      wrong: 'a short key',
      answers: secretIs({ current: 'short' }),
      check: 'callback keys',
      state: 'failed',
      says: /at least 32 characters/,
    },
    {
      wrong: 'a rotation to the same key',
      answers: secretIs({ current: key, next: key }),
      check: 'callback keys',
      state: 'warning',
      says: /current \(43 characters\), next \(43 characters\): two of them are the same/,
    },
    {
      wrong: 'a rotation under way',
      answers: secretIs({ current: key, previous: 'p'.repeat(64) }),
      check: 'callback keys',
      state: 'ok',
      says: /previous \(64 characters\); a rotation is under way/,
    },
    {
      wrong: 'a form that nobody filled in',
      answers: accountsAre({ default: { ...accounts.default, password: '' } }),
      check: 'accounts',
      state: 'failed',
      says: /default\.password/,
    },
    {
      wrong: "credentials that are not Klarna's",
      answers: accountsAre({ default: { ...accounts.default, password: 'other' } }),
      check: 'Klarna, default',
      state: 'failed',
      says: /answers 401: wrong credentials.*correlation id/,
    },
    {
      wrong: 'a bus without rules',
      answers: { 'AWSEvents.ListRules': () => ({ Rules: [] }) },
      check: 'subscribers',
      state: 'warning',
      says: /nobody listens to the bus relay/,
    },
    {
      wrong: 'a bus that its archive alone hears',
      answers: {
        'AWSEvents.ListRules': () => ({ Rules: [{ Name: 'Events-Archive-x', State: 'ENABLED', ManagedBy: 'events' }] }),
      },
      check: 'subscribers',
      state: 'warning',
      says: /nobody listens/,
    },
    {
      wrong: 'a rule without a target',
      answers: { 'AWSEvents.ListTargetsByRule': () => ({ Targets: [] }) },
      check: 'subscribers',
      state: 'warning',
      says: /nobody listens/,
    },
    {
      wrong: 'a dead letter',
      answers: {
        'AmazonSQS.GetQueueAttributes': (asked) => ({
          Attributes: { ApproximateNumberOfMessages: asked.includes('a=b&c') ? '3' : '9' },
        }),
      },
      check: 'dead letters',
      state: 'failed',
      says: /^RelayDiscarded4 holds 3:/,
    },
    {
      wrong: 'a stream that is off',
      answers: { 'GET /2015-03-31/event-source-mappings/uuid-1': () => ({ State: 'Disabled' }) },
      check: 'streams',
      state: 'failed',
      says: /RelayOutbox6 is Disabled/,
    },
    {
      wrong: 'a stream that fails',
      answers: {
        'GET /2015-03-31/event-source-mappings/uuid-1': () => ({
          State: 'Enabled',
          LastProcessingResult: 'PROBLEM: Function call failed',
        }),
      },
      check: 'streams',
      state: 'failed',
      says: /last result PROBLEM/,
    },
    {
      wrong: 'a schedule that is off',
      answers: { 'GET /schedules/every-minute': () => ({ State: 'DISABLED' }) },
      check: 'schedule',
      state: 'failed',
      says: /every-minute is DISABLED/,
    },
    {
      wrong: 'a stack without a relay',
      answers: { ListStackResources: () => page([]) },
      check: 'streams',
      state: 'failed',
      says: /is this the stack of the relay/,
    },
  ])('$wrong', async ({ answers, check, state, says }) => {
    const { ok, found } = await examined(answers);
    expect(found[check]).toMatchObject({ state, says: expect.stringMatching(says) });
    expect(ok).toBe(Object.values(found).every((finding) => finding.state !== 'failed'));
  });

  test('functions that hold another key than the one that mints', async () => {
    relaysKey = 'o'.repeat(43);
    expect((await examined()).found['keys in use']).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/other keys/),
    });
  });

  test.each([
    { seconds: 20, state: 'warning' },
    { seconds: -600, state: 'failed' },
  ])('a clock that is $seconds s away', async ({ seconds, state }) => {
    ahead = seconds * 1000;
    expect((await examined()).found.clocks?.state).toBe(state);
  });

  test('a Klarna that does not answer', async () => {
    await klarna.stop();
    expect((await examined()).found['Klarna, default']).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/does not answer/),
    });
  });
});

test('what these credentials may not ask is skipped and said to be, and fails nothing', async () => {
  const { ok, found } = await examined({ 'AmazonSQS.GetQueueAttributes': () => undefined });
  expect(ok).toBe(true);
  expect(found['dead letters']).toMatchObject({
    state: 'skipped',
    says: expect.stringMatching(/^could not be examined: AccessDenied/),
  });
});

test('a stack that is not there is one clear line', async () => {
  const aws = await awsAccount({});
  await expect(doctor(['--stack', 'Nowhere'], { AWS_ENDPOINT_URL: aws.url })).rejects.toThrow(/AccessDeniedException/);
  await aws.stop();
});

test('words without an option are refused by name', async () => {
  await expect(doctor(['Relay'], {})).rejects.toBeInstanceOf(Misuse);
});

test('every part that is examined is found in the template, under the names of its constructs', async () => {
  const { Resources } = (await synthesisedOnce()) as { Resources: Record<string, { Type: string }> };
  const resources = Object.entries(Resources).map(([id, { Type: type }]) => ({ id, type, name: id }));
  const counts = Object.keys(parts).map((part) => [part, partsIn(resources, part as Part).length]);
  expect(Object.fromEntries(counts)).toEqual({
    callbackSecret: 1,
    accountsSecret: 1,
    api: 1,
    bus: 1,
    deadLetters: 3,
    streams: 2,
    schedule: 1,
  });
});
