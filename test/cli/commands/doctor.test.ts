import { describe, expect, test } from 'vitest';
import { doctor } from '../../../cli/commands/doctor.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { columns } from '../../../cli/wrap.ts';
import { awsAccount } from '../../support/harness/aws-account.ts';
import { credentials, key, startDeployedRelay } from '../doctor/deployed-relay.ts';

describe('for a deployment', () => {
  const deployed = startDeployedRelay();

  test('a healthy one passes every check, in signed calls, and no secret is printed', async () => {
    const { ok, found, text } = await deployed.check();
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

  test('a check that the credentials do not allow is skipped, says so and fails nothing', async () => {
    const { ok, found } = await deployed.check({ 'AmazonSQS.GetQueueAttributes': () => undefined });
    expect(ok).toBe(true);
    expect(found['dead letters']).toMatchObject({
      state: 'skipped',
      detail: expect.stringMatching(/^not checked: AccessDenied/),
    });
  });

  test('the findings fit a terminal, one mark for each', async () => {
    const text = await deployed.print({ 'AmazonSQS.GetQueueAttributes': () => undefined });
    expect(text.match(/^. /gm)?.join('').replaceAll(' ', '')).toBe('✓✓✓✓✓✓–✓✓');
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
  });

  test('a stack that does not exist is one clear error', async () => {
    const aws = await awsAccount({});
    await expect(doctor(['--stack', 'Nowhere'], { AWS_ENDPOINT_URL: aws.url })).rejects.toThrow(
      /AccessDeniedException/,
    );
    await aws.stop();
  });
});

test('an argument without an option is refused by name', async () => {
  await expect(doctor(['Relay'], {})).rejects.toBeInstanceOf(Misuse);
});
