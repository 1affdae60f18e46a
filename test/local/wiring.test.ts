import { expect, test } from 'vitest';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { startRelay } from '../../local/relay.ts';
import { synthesise } from '../../local/synthesise.ts';
import { statusUpdate } from '../support/callbacks.ts';
import { startJourney } from '../support/journey.ts';

type Resources = Record<
  string,
  { Type: string; Properties: Record<string, unknown>; Metadata: Record<string, unknown> }
>;

const template = (await synthesise()) as { Resources: Resources };

/** The template with one resource's properties changed. */
function changed(type: string, change: (properties: Record<string, unknown>) => Record<string, unknown>) {
  const copy = structuredClone(template);
  const found = Object.values(copy.Resources).find(({ Type }) => Type === type);
  if (!found) throw new Error(`the template has no ${type}`);
  found.Properties = change(found.Properties);
  return copy;
}

const { routes, functions, mappings, tables, buses, secrets, keys, schedules } = readDeployment(template);

test('the route of the callbacks leads to the function that receives them', () => {
  expect(routes.find(({ key }) => key.includes('/callbacks/'))).toEqual({
    key: 'POST /callbacks/{kind}/{payment}/{secret}',
    function: expect.objectContaining({ entry: 'lambdas/handlers/receive-callback.ts', exported: 'handler' }),
  });
  expect(routes).toHaveLength(13);
});

test('what a function is told about its neighbours names what runs here', () => {
  const env = Object.assign({}, ...functions.map((each) => each.env));
  const names = [env.TABLE_NAME, env.REQUESTS_TABLE, env.TOKENS_TABLE, env.PROGRESS_TABLE];
  expect(tables.map(({ name }) => name)).toEqual(names);
  expect(tables[0]?.definition.GlobalSecondaryIndexes).toMatchObject([{ IndexName: env.DUE_INDEX }]);
  expect(buses.map(({ name }) => name)).toEqual([env.BUS_NAME]);
  expect(secrets.map(({ arn }) => arn)).toEqual([env.CALLBACK_SECRET_ARN, env.ACCOUNTS_SECRET_ARN]);
  const pairs = keys.filter(({ spec }) => spec === 'RSA_3072').map(({ arn }) => arn);
  expect(pairs).toEqual([env.SEALING_KEY_ARN, env.TOKEN_KEY_ARN]);
  expect(env.PUBLIC_URL).toBe('https://api.local');
});

test('the stream of the payments leads to the function that publishes, with the settings of the template', () => {
  const [mapping] = Object.values(template.Resources).filter(
    ({ Type, Properties }) => Type === 'AWS::Lambda::EventSourceMapping' && !Properties.FilterCriteria,
  );
  const { BatchSize, MaximumRecordAgeInSeconds, StartingPosition } = mapping?.Properties ?? {};
  expect(mappings[0]).toEqual(
    expect.objectContaining({
      function: expect.objectContaining({ entry: 'lambdas/handlers/publish-changes.ts' }),
      table: expect.objectContaining({ name: tables[0]?.name }),
      BatchSize,
      MaximumRecordAgeInSeconds,
      StartingPosition,
      filters: [],
    }),
  );
});

test('due tasks run for the rows that the template lets through, and by its schedule', () => {
  const runDueTasks = expect.objectContaining({ entry: 'lambdas/handlers/run-due-tasks.ts' });
  expect(mappings[1]).toMatchObject({
    function: runDueTasks,
    filters: [{ dynamodb: { NewImage: { due: { BOOL: [true] } } } }],
  });
  expect(schedules).toMatchObject([{ every: 60_000, function: runDueTasks, input: { scheduled: true } }]);
});

test.each([
  {
    mistake: 'a route to nowhere',
    wrong: () => changed('AWS::ApiGatewayV2::Integration', (was) => ({ ...was, IntegrationUri: 'arn:of:nothing' })),
    says: /POSTcallbacks.* arn:of:nothing is no function/,
  },
  {
    mistake: 'an older payload format',
    wrong: () => changed('AWS::ApiGatewayV2::Integration', (was) => ({ ...was, PayloadFormatVersion: '1.0' })),
    says: /PayloadFormatVersion/,
  },
  {
    mistake: 'a stream of no table',
    wrong: () => changed('AWS::Lambda::EventSourceMapping', (was) => ({ ...was, EventSourceArn: 'arn:of:nothing' })),
    says: /Outbox.* arn:of:nothing is no table's stream/,
  },
  {
    mistake: 'a table whose stream was forgotten',
    wrong: () => changed('AWS::DynamoDB::Table', ({ StreamSpecification: _, ...was }) => was),
    says: /is no table's stream/,
  },
  {
    mistake: 'a setting of the stream that nothing here plays',
    wrong: () => changed('AWS::Lambda::EventSourceMapping', (was) => ({ ...was, TumblingWindowInSeconds: 5 })),
    says: /Outbox.*TumblingWindowInSeconds/s,
  },
  {
    mistake: 'a reference to what is not there',
    wrong: () => changed('AWS::DynamoDB::Table', (was) => ({ ...was, TableName: { Ref: 'Nowhere' } })),
    says: /Payments.*Nowhere/,
  },
])('$mistake is refused by the name of the resource', ({ wrong, says }) => {
  expect(() => readDeployment(wrong())).toThrow(says);
});

test('a function that lacks a part of its environment does not start, here as on Lambda', async () => {
  const template = changed('AWS::Lambda::Function', (was) => ({ ...was, Environment: { Variables: {} } }));
  await expect(startRelay({ template })).rejects.toThrow(/receive-callback\.ts: .*is missing/);
});

test('a publisher that is told of another bus publishes nothing; what it gives up goes to the failure destination', async () => {
  const wrong = structuredClone(template);
  for (const { Type, Properties } of Object.values(wrong.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping') Properties.MaximumRetryAttempts = 0;
    const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (Variables?.BUS_NAME) Variables.BUS_NAME = 'another';
  }
  const relay = await startJourney({ template: wrong });
  await relay.post({ kind: 'status_update', payment: relay.named('discarded'), body: statusUpdate('IN_PROGRESS', 0) });
  await relay.settled();
  await relay.stop();

  expect(relay.events()).toEqual([]);
  const { destination } = { destination: mappings[0]?.DestinationConfig?.OnFailure.Destination };
  expect(relay.dropped().filter((message) => JSON.stringify(message).includes(String(destination)))).toEqual([
    expect.objectContaining({
      destination: mappings[0]?.DestinationConfig?.OnFailure.Destination,
      requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted' }),
      DDBStreamBatchInfo: expect.objectContaining({ batchSize: 1 }),
    }),
  ]);
});
