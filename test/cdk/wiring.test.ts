import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, resources, said, told } from './synthesised.ts';

const root = new URL('../../', import.meta.url);
const handlers = new URL('lambdas/handlers/', root);
const handlerSources = readdirSync(handlers).map((name) => readFileSync(new URL(name, handlers), 'utf8'));
const functions = ofType('AWS::Lambda::Function');
const environment = (id: string) => told(id, 'Environment', 'Variables') ?? {};

const accessLog = String(told('RelayStage', 'AccessLogSettings', 'Format'));

const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

test('the doors are these: two that a URL opens, and those of the merchant, which want IAM credentials', () => {
  expect(Object.fromEntries(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]))).toEqual({
    'POST /callbacks/{kind}/{payment}/{secret}': 'NONE',
    'GET /status/{payment}/{secret}': 'NONE',
    'POST /payments': 'AWS_IAM',
    'GET /payments/{payment}': 'AWS_IAM',
    'POST /payments/{payment}/captures': 'AWS_IAM',
    'POST /payments/{payment}/refunds': 'AWS_IAM',
    'POST /payments/{payment}/cancellation': 'AWS_IAM',
    'POST /payments/{payment}/release': 'AWS_IAM',
    'POST /payments/{payment}/extension': 'AWS_IAM',
    'GET /customer-tokens': 'AWS_IAM',
    'GET /customer-tokens/{token}': 'AWS_IAM',
    'DELETE /customer-tokens/{token}': 'AWS_IAM',
    'POST /customer-tokens/{token}/payments': 'AWS_IAM',
  });
});

test("each route of the merchant has a rate of its own, so that none of them uses up Klarna's", () => {
  const own = told('RelayStage', 'RouteSettings');
  const keys = routes
    .filter(({ AuthorizationType }) => AuthorizationType === 'AWS_IAM')
    .map(({ RouteKey }) => RouteKey);
  expect(own).toEqual(
    Object.fromEntries(keys.map((key) => [key, { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }])),
  );
});

test('the doors hand their requests over in payload format 2.0', () => {
  const formats = ofType('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => Properties.PayloadFormatVersion);
  expect(formats).toEqual(Array(5).fill('2.0'));
});

test('the access log names the route and never the path or the query, which hold the secret', () => {
  const variables = accessLog.match(/\$context\.[\w.]+/g) ?? [];
  expect(variables).toContain('$context.routeKey');
  expect(variables.filter((name) => /path|query|uri|url|authorizer/i.test(name))).toEqual([]);
});

test('what the throttle turns away is counted from the access log, under the name of this relay', () => {
  expect(JSON.parse(accessLog)).toMatchObject({
    status: '$context.status',
    relay: told('RelayReceiveFunction', 'Environment', 'Variables', 'RELAY_NAME'),
  });
  expect(resources.RelayAccessLogTurnedAway?.Properties).toMatchObject({
    FilterPattern: '{ $.status = "429" }',
    MetricTransformations: [
      { MetricName: 'Throttled', MetricValue: '1', Dimensions: [{ Key: 'relay', Value: '$.relay' }] },
    ],
  });
});

test('the stage is throttled', () => {
  expect(resources.RelayStage?.Properties.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 500,
    ThrottlingBurstLimit: 1000,
  });
});

test('each function gets the environment that its handler asks for, and nothing else', () => {
  const asked = handlerSources.flatMap((source) =>
    [...source.matchAll(/need\(env, '(\w+)'\)/g)].map(([, name]) => name),
  );
  const given = functions.flatMap(([id]) => Object.keys(environment(id)));
  expect(new Set(given)).toEqual(new Set(asked));
});

test('the receiving function knows table, secret, sealing key, retention and its own name', () => {
  const env = Object.entries(environment('RelayReceiveFunction')).map(([name, value]) => [name, said(value)]);
  expect(Object.fromEntries(env)).toEqual({
    TABLE_NAME: 'RelayPayments',
    CALLBACK_SECRET_ARN: 'RelayCallbackSecret',
    SEALING_KEY_ARN: 'RelaySealingKey.Arn',
    RETENTION_DAYS: '1095',
    RELAY_NAME: expect.stringMatching(/^KlarnaRelay-/),
  });
});

test('the publishing function knows the bus, where it notes what is out, and its own name', () => {
  expect(Object.keys(environment('RelayPublishFunction'))).toEqual(['BUS_NAME', 'PROGRESS_TABLE', 'RELAY_NAME']);
  expect(said(told('RelayPublishFunction', 'Environment', 'Variables', 'BUS_NAME'))).toBe('RelayBus');
});

test.each(functions)('%s names the file that it starts from', (_, { Metadata }) => {
  expect(existsSync(new URL(String(Metadata?.entry), root))).toBe(true);
});

test.each(functions)('%s runs on arm64 and Node 24 and logs JSON to a group of its own', (id, { Properties }) => {
  expect(Properties).toMatchObject({
    Architectures: ['arm64'],
    Runtime: 'nodejs24.x',
    LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
  });
  expect(said(told(id, 'LoggingConfig', 'LogGroup'))).toBe(id.replace('Function', 'Log'));
});

test.each(ofType('AWS::Logs::LogGroup'))('%s forgets after three months', (_, { Properties }) => {
  expect(Properties.RetentionInDays).toBe(90);
});

test('receiving ends by itself after Klarna hung up, publishing has a minute', () => {
  expect(resources.RelayReceiveFunction?.Properties).toMatchObject({ Timeout: 5, MemorySize: 1024 });
  expect(resources.RelayPublishFunction?.Properties).toMatchObject({ Timeout: 60 });
});

test('every function is called by somebody who tries again: the API, whose caller does, the stream or the schedule', () => {
  const byApi = ofType('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => said(Properties.IntegrationUri));
  const byStream = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => said(Properties.FunctionName));
  const called = new Set([...byApi.map((arn) => arn.replace('.Arn', '')), ...byStream]);
  expect(called).toEqual(new Set(functions.map(([id]) => id)));
});

test('duty is done at once for rows that say so, and every minute for all others', () => {
  expect(resources.RelayDue?.Properties).toMatchObject({
    StartingPosition: 'LATEST',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 2,
    FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"due":{"BOOL":[true]}}}}' }] },
  });
  expect(said(told('RelayDue', 'DestinationConfig', 'OnFailure', 'Destination'))).toBe('RelayMissedWakeUps.Arn');
  expect(resources.RelayEveryMinute?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    Target: { Input: '{"scheduled":true}' },
  });
});

test('a wake-up that the schedule, or the function, could not take is kept', () => {
  expect(said(told('RelayEveryMinute', 'Target', 'DeadLetterConfig', 'Arn'))).toBe('RelayMissedWakeUps.Arn');
  const [async] = ofType('AWS::Lambda::EventInvokeConfig');
  expect(said(async?.[1].Properties.FunctionName)).toBe('RelayAdvanceFunction');
  expect(async?.[1].Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(JSON.stringify(async?.[1].Properties.DestinationConfig)).toContain('RelayMissedWakeUps');
});

test('functions whose caller waits end before an HTTP API does, after 30 s', () => {
  for (const name of ['Create', 'Operate', 'Charge']) expect(told(`Relay${name}Function`, 'Timeout')).toBe(29);
});

test('the stream loses nothing: from its start, again without limit of tries, and what is too old goes to a queue', () => {
  expect(resources.RelayOutbox?.Properties).toMatchObject({
    BatchSize: 100,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRecordAgeInSeconds: 23 * 3600,
    ParallelizationFactor: 10,
    StartingPosition: 'TRIM_HORIZON',
  });
  expect(told('RelayOutbox', 'MaximumRetryAttempts')).toBeUndefined();
  expect(said(told('RelayOutbox', 'EventSourceArn'))).toBe('RelayPayments.StreamArn');
  expect(said(told('RelayOutbox', 'DestinationConfig', 'OnFailure', 'Destination'))).toBe('RelayDiscarded.Arn');
});
