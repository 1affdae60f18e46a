import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { AwsAnswers } from '../../support/harness/aws-account.ts';
import { accounts, key, stackPage, startDeployedRelay } from './deployed-relay.ts';

const deployed = startDeployedRelay();

const secretIs = (value: unknown): AwsAnswers => ({
  'secretsmanager.GetSecretValue': (request) => ({
    SecretString: request.includes('arn:accounts') ? JSON.stringify(accounts) : JSON.stringify(value),
  }),
});
const accountsAre = (value: unknown): AwsAnswers => ({
  'secretsmanager.GetSecretValue': (request) => ({
    SecretString: request.includes('arn:accounts') ? JSON.stringify(value) : JSON.stringify({ current: key }),
  }),
});

describe('doctor finds', () => {
  test.each<{ wrong: string; answers: AwsAnswers; check: string; state: Finding['state']; detail: RegExp }>([
    {
      wrong: 'a short key',
      answers: secretIs({ current: 'short' }),
      check: 'callback keys',
      state: 'failed',
      detail: /at least 32 characters/,
    },
    {
      wrong: 'a rotation to the same key',
      answers: secretIs({ current: key, next: key }),
      check: 'callback keys',
      state: 'warning',
      detail: /current \(43 characters\), next \(43 characters\): two of them are the same/,
    },
    {
      wrong: 'a rotation under way',
      answers: secretIs({ current: key, previous: 'p'.repeat(64) }),
      check: 'callback keys',
      state: 'ok',
      detail: /previous \(64 characters\); a rotation is under way/,
    },
    {
      wrong: 'an account that is not filled in',
      answers: accountsAre({ default: { ...accounts.default, password: '' } }),
      check: 'accounts',
      state: 'failed',
      detail: /default\.password/,
    },
    {
      wrong: "credentials that are not Klarna's",
      answers: accountsAre({ default: { ...accounts.default, password: 'other' } }),
      check: 'Klarna, default',
      state: 'failed',
      detail: /answers 401: wrong credentials.*correlation id/,
    },
    {
      wrong: 'a bus without rules',
      answers: { 'AWSEvents.ListRules': () => ({ Rules: [] }) },
      check: 'subscribers',
      state: 'warning',
      detail: /the bus relay has no subscriber/,
    },
    {
      wrong: 'a bus that only its archive subscribes to',
      answers: {
        'AWSEvents.ListRules': () => ({ Rules: [{ Name: 'Events-Archive-x', State: 'ENABLED', ManagedBy: 'events' }] }),
      },
      check: 'subscribers',
      state: 'warning',
      detail: /no subscriber/,
    },
    {
      wrong: 'a rule without a target',
      answers: { 'AWSEvents.ListTargetsByRule': () => ({ Targets: [] }) },
      check: 'subscribers',
      state: 'warning',
      detail: /no subscriber/,
    },
    {
      wrong: 'a dead letter',
      answers: {
        'AmazonSQS.GetQueueAttributes': (request) => ({
          Attributes: { ApproximateNumberOfMessages: request.includes('a=b&c') ? '3' : '9' },
        }),
      },
      check: 'dead letters',
      state: 'failed',
      detail: /^RelayDiscarded4 holds 3:/,
    },
    {
      wrong: 'a stream that is off',
      answers: { 'GET /2015-03-31/event-source-mappings/uuid-1': () => ({ State: 'Disabled' }) },
      check: 'streams',
      state: 'failed',
      detail: /RelayOutbox6 is Disabled/,
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
      detail: /last result PROBLEM/,
    },
    {
      wrong: 'a schedule that is off',
      answers: { 'GET /schedules/every-minute': () => ({ State: 'DISABLED' }) },
      check: 'schedule',
      state: 'failed',
      detail: /every-minute is DISABLED/,
    },
    {
      wrong: 'a stack without a relay',
      answers: { ListStackResources: () => stackPage([]) },
      check: 'streams',
      state: 'failed',
      detail: /is this the stack of the relay/,
    },
  ])('$wrong', async ({ answers, check, state, detail }) => {
    const { ok, found } = await deployed.check(answers);
    expect(found[check]).toMatchObject({ state, detail: expect.stringMatching(detail) });
    expect(ok).toBe(Object.values(found).every((finding) => finding.state !== 'failed'));
  });

  test('functions that use another key than the current one', async () => {
    deployed.relay.key = 'o'.repeat(43);
    expect((await deployed.check()).found['keys in use']).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/other keys/),
    });
  });

  test.each([
    { seconds: 20, state: 'warning' },
    { seconds: -600, state: 'failed' },
  ])('a clock that is $seconds s ahead', async ({ seconds, state }) => {
    deployed.relay.aheadMs = seconds * 1000;
    expect((await deployed.check()).found.clocks?.state).toBe(state);
  });

  test('a Klarna that does not answer', async () => {
    await deployed.stopKlarna();
    expect((await deployed.check()).found['Klarna, default']).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/does not answer/),
    });
  });
});
