import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { CommandFailure } from '../../../cli/command-failure.ts';
import { doctor } from '../../../cli/commands/doctor.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { type EmulatedKlarna, startKlarna } from '../../../emulator/emulator.ts';
import { mayReadStatus } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';
import { type AwsAnswers, awsAccount } from '../../support/harness/aws-account.ts';

export const key = 'k'.repeat(43);
export const credentials = { username: 'K1', password: 'klarna-password' };
export const accounts = { default: { region: 'eu', environment: 'playground', ...credentials } };

const member = (id: string, type: string, name: string) =>
  `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
  `<PhysicalResourceId>${name}</PhysicalResourceId></member>`;
export const stackPage = (members: string[], next = '') =>
  `<ListStackResourcesResponse><StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}</ListStackResourcesResponse>`;
const first = stackPage(
  [
    member('RelayCallbackSecret1', 'AWS::SecretsManager::Secret', 'arn:callbacks'),
    member('RelayAccountsSecret2', 'AWS::SecretsManager::Secret', 'arn:accounts'),
    member('RelayBus3', 'AWS::Events::EventBus', 'relay'),
  ],
  '<NextToken>more</NextToken>',
);
const second = stackPage([
  member('RelayDiscarded4', 'AWS::SQS::Queue', 'https://sqs.example/1?a=b&amp;c'),
  member('ShopQueue5', 'AWS::SQS::Queue', 'https://sqs.example/shop'),
  member('RelayOutbox6', 'AWS::Lambda::EventSourceMapping', 'uuid-1'),
  member('RelayEveryMinute7', 'AWS::Scheduler::Schedule', 'every-minute'),
]);

/** AWS's answers about a healthy deployment. */
const healthy: AwsAnswers = {
  ListStackResources: (request) => (request.includes('NextToken=more') ? second : first),
  'secretsmanager.GetSecretValue': (request) => ({
    SecretString: JSON.stringify(request.includes('arn:accounts') ? accounts : { current: key }),
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

/** A deployed relay for the checks of one test file, with its Klarna. */
export function startDeployedRelay() {
  let klarna: EmulatedKlarna | undefined;
  let server: Server;
  let base = '';
  /** What differs from a healthy relay: its key, and how many milliseconds its clock is ahead. */
  const relay = { key, aheadMs: 0 };
  beforeEach(async () => {
    Object.assign(relay, { key, aheadMs: 0 });
    klarna = await startKlarna({ now: () => new Date(), credentials });
    server = createServer((request, response) => {
      const [, , payment = '', secret = ''] = request.url?.split('/') ?? [];
      const isGenuine = mayReadStatus({ payment: paymentIdOf(payment || 'none'), secret, keys: [relay.key] });
      const date = new Date(Date.now() + relay.aheadMs).toUTCString();
      response.writeHead(isGenuine ? 404 : 401, { date }).end('{}');
    });
    base = await listen(server);
    const caller = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' };
    for (const [name, value] of Object.entries(caller)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await klarna?.stop();
    await close(server);
  });

  /** What doctor prints of a deployment that differs from a healthy one in these answers of AWS. */
  const print = async (answers: AwsAnswers, ...args: string[]): Promise<string> => {
    const aws = await awsAccount({ ...healthy, ...answers });
    const env = { AWS_ENDPOINT_URL: aws.url, ...(klarna && { KLARNA_API_URL: klarna.url }) };
    const text = await doctor(['--stack', 'Relay', '--base', base, ...args], env)
      .catch((error: unknown) => (error instanceof CommandFailure ? error.report : Promise.reject(error)))
      .finally(aws.stop);
    expect(aws.calls.filter((each) => !each.endsWith('AWS4-HMAC-SHA256'))).toEqual([]);
    return text;
  };

  /** Doctor's findings, by their checks. */
  const check = async (
    answers: AwsAnswers = {},
  ): Promise<{ ok: boolean; found: Record<string, Finding>; text: string }> => {
    const text = await print(answers, '--json');
    const { ok, findings } = JSON.parse(text) as { ok: boolean; findings: Finding[] };
    return { ok, found: Object.fromEntries(findings.map((finding) => [finding.check, finding])), text };
  };

  return { relay, stopKlarna: () => klarna?.stop(), print, check };
}
