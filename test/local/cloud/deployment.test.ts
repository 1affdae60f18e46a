import { expect, test } from 'vitest';
import { readDeployment } from '../../../local/cloud/deployment.ts';
import { synthesise } from '../../../local/synthesise.ts';

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

test('the environment of the functions names the resources of the local run', () => {
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

test('due tasks run for the stream records that the filter lets through, and by the schedule', () => {
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
    error: /POSTcallbacks.* arn:of:nothing is no function/,
  },
  {
    mistake: 'an older payload format',
    wrong: () => changed('AWS::ApiGatewayV2::Integration', (was) => ({ ...was, PayloadFormatVersion: '1.0' })),
    error: /PayloadFormatVersion/,
  },
  {
    mistake: 'a stream of no table',
    wrong: () => changed('AWS::Lambda::EventSourceMapping', (was) => ({ ...was, EventSourceArn: 'arn:of:nothing' })),
    error: /Outbox.* arn:of:nothing is no table's stream/,
  },
  {
    mistake: 'a table without a stream',
    wrong: () => changed('AWS::DynamoDB::Table', ({ StreamSpecification: _, ...was }) => was),
    error: /is no table's stream/,
  },
  {
    mistake: 'a setting of the stream that the local run does not support',
    wrong: () => changed('AWS::Lambda::EventSourceMapping', (was) => ({ ...was, TumblingWindowInSeconds: 5 })),
    error: /Outbox.*TumblingWindowInSeconds/s,
  },
  {
    mistake: 'a reference to a missing resource',
    wrong: () => changed('AWS::DynamoDB::Table', (was) => ({ ...was, TableName: { Ref: 'Nowhere' } })),
    error: /Payments.*Nowhere/,
  },
])('$mistake is refused with the name of the resource', ({ wrong, error }) => {
  expect(() => readDeployment(wrong())).toThrow(error);
});
