import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, type Resource, said } from '../synthesised.ts';

type Dimension = { Name: string; Value: unknown };
type Watched = { Namespace: string; MetricName: string; Dimensions: Dimension[] };

const alarms = ofType('AWS::CloudWatch::Alarm');

const watched = ({ Properties }: Resource): Watched[] =>
  Array.isArray(Properties.Metrics)
    ? Properties.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))
    : [Properties as Watched];

const line = ({ Namespace, MetricName, Dimensions }: Watched) =>
  `${Namespace} ${MetricName} ${Dimensions.map(({ Name, Value }) => (Name === 'relay' ? Name : said(Value))).join(' ')}`;

const watching = (metric: string) => alarms.filter(([, alarm]) => watched(alarm).map(line).includes(metric));

test.each([
  'AWS/Lambda Errors RelayReceiveFunction',
  'AWS/Lambda Throttles RelayReceiveFunction',
  'AWS/ApiGateway Latency RelayApi',
  'AWS/ApiGateway 5xx RelayApi',
  'KlarnaRelay Throttled relay',
  'KlarnaRelay Forged relay',
  'KlarnaRelay Conflicts relay',
  'KlarnaRelay Unrecognised relay',
  'KlarnaRelay Unpublished relay',
  'KlarnaRelay Oversized relay',
  'AWS/Lambda Errors RelayPublishFunction',
  'AWS/Lambda Throttles RelayPublishFunction',
  'AWS/Lambda IteratorAge RelayPublishFunction',
  'KlarnaRelay Refused relay',
  'AWS/DynamoDB ThrottledRequests GetItem RelayPayments',
  'AWS/DynamoDB ThrottledRequests PutItem RelayPayments',
  'AWS/DynamoDB SystemErrors GetItem RelayPayments',
  'AWS/DynamoDB SystemErrors PutItem RelayPayments',
  'AWS/Lambda Throttles RelayCreateFunction',
  'AWS/Lambda Throttles RelayOperateFunction',
  'AWS/Lambda Throttles RelayReadPaymentFunction',
  'AWS/Lambda Throttles RelayChargeFunction',
  'AWS/Lambda Throttles RelayAdvanceFunction',
  'AWS/Lambda Invocations RelayAdvanceFunction',
  'KlarnaRelay KlarnaUnavailable relay',
  'KlarnaRelay OperationsFailed relay',
  'KlarnaRelay AmountMismatch relay',
  'KlarnaRelay TasksFailed relay',
  'KlarnaRelay TasksStuck relay',
  'KlarnaRelay Republished relay',
  'KlarnaRelay LearnedByCallback relay',
  'KlarnaRelay AuthorizationsExpiring relay',
  'KlarnaRelay CaptureDeadlines relay',
  'KlarnaRelay OrdersUnclaimed relay',
  'KlarnaRelay PaymentsStuck relay',
  'KlarnaRelay OperationsUnanswered relay',
  'AWS/DynamoDB ThrottledRequests PutItem RelayProgress',
  'AWS/DynamoDB ThrottledRequests UpdateItem RelayProgress',
  'AWS/DynamoDB ThrottledRequests PutItem RelayRequests',
  'AWS/DynamoDB ThrottledRequests GetItem RelayCustomerTokens',
])('an alarm watches %s', (metric) => {
  expect(watching(metric)).toHaveLength(1);
});

test('an alarm rings when items are written and nobody reads their stream', () => {
  const [silent] = watching('AWS/DynamoDB ConsumedWriteCapacityUnits RelayPayments');
  expect(silent?.[1]).toBe(watching('AWS/Lambda Invocations RelayPublishFunction')[0]?.[1]);
  expect(silent?.[1].Properties.Metrics).toContainEqual(
    expect.objectContaining({ Expression: 'IF(FILL(written, 0) > 0 AND FILL(called, 0) == 0, 1, 0)' }),
  );
});

test('an alarm rings when reading teaches what callbacks should have told and nobody calls the receiving function', () => {
  const [silent] = watching('AWS/Lambda Invocations RelayReceiveFunction');
  expect(watching('KlarnaRelay LearnedByReading relay')).toContainEqual(silent);
  expect(silent?.[1].Properties.Metrics).toContainEqual(
    expect.objectContaining({ Expression: 'IF(FILL(read, 0) >= 2 AND FILL(calls, 0) == 0, 1, 0)' }),
  );
});

test('an alarm rings when a fifth of what was learned should have come by callback', () => {
  const [loss] = watching('KlarnaRelay LearnedByCallback relay');
  expect(loss?.[1].Properties).toMatchObject({ Threshold: 20 });
  expect(watching('KlarnaRelay LearnedByReading relay')).toContainEqual(loss);
});

test('alarms ring at the first sign, where one sign may pass by itself after some periods', () => {
  const rings = alarms.map(([id, { Properties }]) => {
    const { Threshold, EvaluationPeriods } = Properties;
    return `${id.replace('RelayAlarms', '')} ${Threshold} x${EvaluationPeriods}`;
  });
  expect(rings.filter((ring) => !ring.endsWith(' 1 x1')).toSorted()).toEqual([
    'AdvanceSilent 1 x3',
    'AdvanceThrottles 1 x3',
    'ApiServerErrors 3 x1',
    'CallbackLoss 20 x2',
    'ChargeThrottles 1 x3',
    'CreateThrottles 1 x3',
    'TasksFailed 10 x3',
    'KlarnaUnavailable 5 x3',
    'OperateThrottles 1 x3',
    'OperationsFailed 10 x3',
    'OutboxSilent 1 x3',
    'PublishLate 60000 x2',
    'PublishThrottles 1 x3',
    'ReadPaymentThrottles 1 x3',
    'ReceiveSlow 1500 x3',
    'Refused 1 x2',
  ]);
});

test.each(ofType('AWS::SQS::Queue'))('an alarm rings for the first letter in %s', (queue) => {
  expect(watching(`AWS/SQS ApproximateNumberOfMessagesVisible ${queue}.QueueName`)).toMatchObject([
    [expect.any(String), { Properties: { Threshold: 1, EvaluationPeriods: 1 } }],
  ]);
});

test.each(ofType('AWS::Lambda::Function'))('an alarm rings for the first error of %s', (name) => {
  expect(watching(`AWS/Lambda Errors ${name}`)).toMatchObject([
    [expect.any(String), { Properties: { Threshold: 1, EvaluationPeriods: 1 } }],
  ]);
});

test.each(alarms)('%s stays silent while nothing is measured', (_, { Properties }) => {
  expect(Properties.TreatMissingData).toBe('notBreaching');
});

test.each([
  ['RelayReceiveFunction', /shoppers have paid or given up, and the merchant does not know\.$/],
  ['RelayPublishFunction', /Subscribers hear of payments late/],
  ['RelayCreateFunction', /Shoppers cannot pay/],
  ['RelayOperateFunction', /Captures and refunds do not go through/],
  ['RelayReadPaymentFunction', /Shoppers who come back do not see/],
  ['RelayChargeFunction', /Subscriptions are not charged/],
  ['RelayAdvanceFunction', /Orders are not placed/],
])('every alarm of %s says who is hurt', (name, impact) => {
  const described = alarms
    .filter(([, alarm]) =>
      watched(alarm).some(({ Dimensions }) => Dimensions.some(({ Value }) => said(Value) === name)),
    )
    .map(([, { Properties }]) => Properties.AlarmDescription);
  expect(described.length).toBeGreaterThan(1);
  expect(described).toEqual(described.map(() => expect.stringMatching(impact)));
});

test('every alarm says in two sentences which relay, what it means and who is hurt', () => {
  const texts = alarms.map(([, { Properties }]) => String(Properties.AlarmDescription));
  expect(texts.filter((text) => !/^KlarnaRelay-\w+: .+\. .+\.$/.test(text))).toEqual([]);
});

test('slow answers ring before Klarna hangs up after 2 s', () => {
  expect(watching('AWS/ApiGateway Latency RelayApi')).toMatchObject([
    [expect.any(String), { Properties: { ExtendedStatistic: 'p99', Threshold: 1500 } }],
  ]);
});

test('every metric that an alarm waits for is counted somewhere', () => {
  const handlers = new URL('../../../lambdas/handlers/', import.meta.url);
  const code = readdirSync(handlers).map((name) => readFileSync(new URL(name, handlers), 'utf8'));
  const filtered = ofType('AWS::Logs::MetricFilter').map(([, filter]) => JSON.stringify(filter));
  const counted = (name: string) => [...code, ...filtered].some((text) => new RegExp(`\\b${name}\\b`).test(text));
  const ours = alarms.flatMap(([, alarm]) => watched(alarm)).filter(({ Namespace }) => Namespace === 'KlarnaRelay');
  expect(ours.map(({ MetricName }) => MetricName).filter((name) => !counted(name))).toEqual([]);
});

test('the dashboard shows callbacks by kind and outcome, delay, what was published, ages, errors and all alarms', () => {
  const body = said(ofType('AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody);
  const shown = [
    '{KlarnaRelay,relay,kind,outcome}',
    'DelayMs',
    'ReadDelayMs',
    'LearnedByReading',
    'Republished',
    'PaymentsStuck',
    'Published',
    'IteratorAge',
    'Errors',
    'Forged',
  ];
  expect([...shown, ...alarms.map(([id]) => `"${id}.Arn"`)].filter((name) => !body.includes(name))).toEqual([]);
});
