import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, type TemplateResource, textOf } from '../resources.ts';

type Dimension = { Name: string; Value: unknown };
type WatchedMetric = { Namespace: string; MetricName: string; Dimensions: Dimension[] };

const alarms = ofType('AWS::CloudWatch::Alarm');

const metricsOf = ({ Properties }: TemplateResource): WatchedMetric[] =>
  Array.isArray(Properties.Metrics)
    ? Properties.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))
    : [Properties as WatchedMetric];

const nameOf = ({ Namespace, MetricName, Dimensions }: WatchedMetric) =>
  `${Namespace} ${MetricName} ${Dimensions.map(({ Name, Value }) => (Name === 'relay' ? Name : textOf(Value))).join(' ')}`;

const alarmsOn = (metric: string) => alarms.filter(([, alarm]) => metricsOf(alarm).map(nameOf).includes(metric));

test.each([
  'AWS/ApiGateway Latency RelayApi',
  'AWS/ApiGateway 5xx RelayApi',
  'KlarnaRelay Throttled relay',
  'KlarnaRelay Forged relay',
  'KlarnaRelay Conflicts relay',
  'KlarnaRelay Unrecognised relay',
  'KlarnaRelay Unpublished relay',
  'KlarnaRelay Oversized relay',
  'AWS/Lambda IteratorAge RelayPublishChangesFunction',
  'KlarnaRelay Refused relay',
  'AWS/DynamoDB ThrottledRequests GetItem RelayPayments',
  'AWS/DynamoDB ThrottledRequests PutItem RelayPayments',
  'AWS/DynamoDB SystemErrors GetItem RelayPayments',
  'AWS/DynamoDB SystemErrors PutItem RelayPayments',
  'AWS/Lambda Invocations RelayRunDueTasksFunction',
  'KlarnaRelay KlarnaUnavailable relay',
  'KlarnaRelay OperationsFailed relay',
  'KlarnaRelay OrderMismatch relay',
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
  expect(alarmsOn(metric)).toHaveLength(1);
});

test('an alarm rings when payments are written and their stream is not read', () => {
  const [silent] = alarmsOn('AWS/DynamoDB ConsumedWriteCapacityUnits RelayPayments');
  expect(silent?.[1]).toBe(alarmsOn('AWS/Lambda Invocations RelayPublishChangesFunction')[0]?.[1]);
  expect(silent?.[1].Properties.Metrics).toContainEqual(
    expect.objectContaining({ Expression: 'IF(FILL(written, 0) > 0 AND FILL(called, 0) == 0, 1, 0)' }),
  );
});

test('an alarm rings when reads find changes that callbacks should have reported and no callback comes', () => {
  const [silent] = alarmsOn('AWS/Lambda Invocations RelayReceiveCallbackFunction');
  expect(alarmsOn('KlarnaRelay LearnedByReading relay')).toContainEqual(silent);
  expect(silent?.[1].Properties.Metrics).toContainEqual(
    expect.objectContaining({ Expression: 'IF(FILL(read, 0) >= 2 AND FILL(calls, 0) == 0, 1, 0)' }),
  );
});

test('an alarm rings when a fifth of the changes was read from Klarna and should have come by callback', () => {
  const [loss] = alarmsOn('KlarnaRelay LearnedByCallback relay');
  expect(loss?.[1].Properties).toMatchObject({ Threshold: 20 });
  expect(alarmsOn('KlarnaRelay LearnedByReading relay')).toContainEqual(loss);
});

test('an alarm rings at the first sign, or after some periods where the cause may pass by itself', () => {
  const thresholds = alarms.map(([id, { Properties }]) => {
    const { Threshold, EvaluationPeriods } = Properties;
    return `${id.replace('RelayAlarms', '')} ${Threshold} x${EvaluationPeriods}`;
  });
  expect(thresholds.filter((each) => !each.endsWith(' 1 x1')).toSorted()).toEqual([
    'ApiServerErrors 3 x1',
    'ApiSlow 1500 x3',
    'CallbackLoss 20 x2',
    'ChangesLate 60000 x2',
    'ChargeTokenThrottles 1 x3',
    'CreatePaymentThrottles 1 x3',
    'KlarnaUnavailable 5 x3',
    'OperatePaymentThrottles 1 x3',
    'OperationsFailed 10 x3',
    'OutboxStopped 1 x3',
    'PublishChangesThrottles 1 x3',
    'ReadPaymentThrottles 1 x3',
    'Refused 1 x2',
    'RunDueTasksThrottles 1 x3',
    'TasksFailed 10 x3',
    'TasksStopped 1 x3',
  ]);
});

test.each(ofType('AWS::SQS::Queue'))('an alarm rings for the first message in %s', (queue) => {
  expect(alarmsOn(`AWS/SQS ApproximateNumberOfMessagesVisible ${queue}.QueueName`)).toMatchObject([
    [expect.any(String), { Properties: { Threshold: 1, EvaluationPeriods: 1 } }],
  ]);
});

test.each(ofType('AWS::Lambda::Function'))('an alarm rings for the first error of %s', (name) => {
  expect(alarmsOn(`AWS/Lambda Errors ${name}`)).toMatchObject([
    [expect.any(String), { Properties: { Threshold: 1, EvaluationPeriods: 1 } }],
  ]);
});

test.each(ofType('AWS::Lambda::Function'))('an alarm rings when %s is throttled', (name) => {
  expect(alarmsOn(`AWS/Lambda Throttles ${name}`)).toHaveLength(1);
});

test.each(alarms)('%s stays silent while there is no data', (_, { Properties }) => {
  expect(Properties.TreatMissingData).toBe('notBreaching');
});

test.each([
  ['RelayReceiveCallbackFunction', /shoppers have paid or cancelled, and the merchant does not know\.$/],
  ['RelayPublishChangesFunction', /Subscribers receive changes late/],
  ['RelayCreatePaymentFunction', /Shoppers cannot pay/],
  ['RelayOperatePaymentFunction', /Captures and refunds are delayed/],
  ['RelayReadPaymentFunction', /Returning shoppers and merchants cannot see/],
  ['RelayChargeTokenFunction', /Subscriptions are not charged/],
  ['RelayRunDueTasksFunction', /Orders are not placed/],
])('every alarm of %s has its impact', (name, impact) => {
  const described = alarms
    .filter(([, alarm]) =>
      metricsOf(alarm).some(({ Dimensions }) => Dimensions.some(({ Value }) => textOf(Value) === name)),
    )
    .map(([, { Properties }]) => Properties.AlarmDescription);
  expect(described.length).toBeGreaterThan(1);
  expect(described).toEqual(described.map(() => expect.stringMatching(impact)));
});

test('every alarm names its relay and says in two sentences or more what has happened and its impact', () => {
  const texts = alarms.map(([, { Properties }]) => String(Properties.AlarmDescription));
  expect(texts.filter((text) => !/^KlarnaRelay-\w+: .+\. .+\.$/.test(text))).toEqual([]);
});

test('slow answers ring before Klarna hangs up after 2 s', () => {
  expect(alarmsOn('AWS/ApiGateway Latency RelayApi')).toMatchObject([
    [expect.any(String), { Properties: { ExtendedStatistic: 'p99', Threshold: 1500 } }],
  ]);
});

test('every metric that an alarm watches is counted somewhere', () => {
  const rooms = ['handlers', 'handlers/http', 'dependencies', 'logging'].map(
    (room) => new URL(`../../../lambdas/${room}/`, import.meta.url),
  );
  const code = rooms.flatMap((room) =>
    readdirSync(room, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(new URL(name, room), 'utf8')),
  );
  const filters = ofType('AWS::Logs::MetricFilter').map(([, filter]) => JSON.stringify(filter));
  const isCounted = (name: string) => [...code, ...filters].some((text) => new RegExp(`\\b${name}\\b`).test(text));
  const ours = alarms.flatMap(([, alarm]) => metricsOf(alarm)).filter(({ Namespace }) => Namespace === 'KlarnaRelay');
  expect(ours.length).toBeGreaterThan(15);
  expect(ours.map(({ MetricName }) => MetricName).filter((name) => !isCounted(name))).toEqual([]);
});
