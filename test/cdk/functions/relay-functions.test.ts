import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, propertyOf, resources, textOf } from '../resources.ts';

const dependencies = new URL('../../../lambdas/dependencies/', import.meta.url);
const functions = ofType('AWS::Lambda::Function');
const environmentOf = (id: string) => propertyOf(id, 'Environment', 'Variables') ?? {};

test('the environment of the functions holds every variable that their code requires, and no other', () => {
  const sources = readdirSync(dependencies).map((name) => readFileSync(new URL(name, dependencies), 'utf8'));
  const required = sources.flatMap((source) =>
    [...source.matchAll(/requireEnv\(env, '(\w+)'\)/g)].map(([, name]) => name),
  );
  const given = functions.flatMap(([id]) => Object.keys(environmentOf(id)));
  expect(new Set(given)).toEqual(new Set(required));
});

test('the function that receives callbacks knows table, secret, sealing key, retention and the name of its relay', () => {
  const variables = Object.entries(environmentOf('RelayReceiveCallbackFunction'));
  expect(Object.fromEntries(variables.map(([name, value]) => [name, textOf(value)]))).toEqual({
    TABLE_NAME: 'RelayPayments',
    CALLBACK_SECRET_ARN: 'RelayCallbackSecret',
    SEALING_KEY_ARN: 'RelaySealingKey.Arn',
    RETENTION_DAYS: '1095',
    RELAY_NAME: expect.stringMatching(/^KlarnaRelay-/),
  });
});

test('the function that publishes changes knows the bus, the table of its progress and the name of its relay', () => {
  const variables = environmentOf('RelayPublishChangesFunction');
  expect(Object.keys(variables).toSorted()).toEqual(['BUS_NAME', 'PROGRESS_TABLE', 'RELAY_NAME']);
  expect(textOf(propertyOf('RelayPublishChangesFunction', 'Environment', 'Variables', 'BUS_NAME'))).toBe('RelayBus');
});

test('functions that call Klarna know the version of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const known = functions.map(([id]) => propertyOf(id, 'Environment', 'Variables', 'RELAY_VERSION'));
  expect(known.filter(Boolean)).toEqual(Array(4).fill(version));
});

test('receiving a callback stops soon after Klarna has hung up, and publishing has a minute', () => {
  expect(resources.RelayReceiveCallbackFunction?.Properties).toMatchObject({ Timeout: 5, MemorySize: 1024 });
  expect(resources.RelayPublishChangesFunction?.Properties).toMatchObject({ Timeout: 60 });
});

test('functions whose caller waits stop before the HTTP API does, which is after 30 s', () => {
  for (const name of ['CreatePayment', 'OperatePayment', 'ChargeToken'])
    expect(propertyOf(`Relay${name}Function`, 'Timeout')).toBe(29);
});

test('every function is invoked by a caller that retries: the API, whose callers do, or a stream', () => {
  const byApi = ofType('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => textOf(Properties.IntegrationUri));
  const byStream = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) =>
    textOf(Properties.FunctionName),
  );
  const invoked = new Set([...byApi.map((arn) => arn.replace('.Arn', '')), ...byStream]);
  expect(invoked).toEqual(new Set(functions.map(([id]) => id)));
});
