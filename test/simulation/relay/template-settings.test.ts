import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readDeployment } from '../../../local/cloud/deployment.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';
import { queueSettings } from '../consumer/queue.ts';
import { functionTimeouts, mappings, tableDefinitions } from './template-settings.ts';

const deployment = readDeployment(await synthesisedOnce());
const nameOf = (entry: string) =>
  entry
    .split('/')
    .at(-1)
    ?.replace(/\.[jt]s$/, '') ?? '';

test('every function has the timeout of the template', () => {
  const deployed = deployment.functions.map(({ entry, timeout }) => [nameOf(entry), timeout * 1000]);
  expect(functionTimeouts).toEqual(Object.fromEntries(deployed));
});

test.each([
  ['outbox', 'publish-changes'],
  ['due', 'run-due-tasks'],
] as const)('the mapping %s, read by %s, has the settings of the template', (name, reader) => {
  const mapping = deployment.mappings.find(({ function: { entry } }) => nameOf(entry) === reader) ?? expect.fail();
  expect(mapping).toMatchObject(mappings[name]);
});

const index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(z.object({ AttributeName: z.string() })),
  Projection: z.object({ ProjectionType: z.string() }),
});

test.each([
  ['payments', 'Payments'],
  ['requests', 'Requests'],
  ['tokens', 'CustomerTokens'],
])('the table of %s has the indexes of the template', (name, part) => {
  const table = deployment.tables.find((each) => each.name.includes(part)) ?? expect.fail();
  const deployed = (table.definition.GlobalSecondaryIndexes ?? []).map((each) => {
    const { IndexName, KeySchema, Projection } = index.parse(each);
    const [hash, range] = KeySchema.map(({ AttributeName }) => AttributeName);
    return [IndexName, { hash, range, ...(Projection.ProjectionType === 'KEYS_ONLY' && { keysOnly: true }) }];
  });
  expect(tableDefinitions.find((each) => each.name === name)?.indexes ?? {}).toEqual(Object.fromEntries(deployed));
});

test('the schedule runs due tasks every minute', () => {
  expect(deployment.schedules.map(({ every, function: { entry } }) => [nameOf(entry), every])).toEqual([
    ['run-due-tasks', 60_000],
  ]);
});

test("the subscriber's queue is that of the sample", () => {
  const sample = readFileSync(new URL('../../../examples/cdk-app/shop-stack.ts', import.meta.url), 'utf8');
  const { visibilityTimeout, maxReceiveCount, retentionPeriod } = queueSettings;
  expect(sample).toContain(`visibilityTimeout: Duration.seconds(${visibilityTimeout / 1000})`);
  expect(sample).toContain(`maxReceiveCount: ${maxReceiveCount} `);
  expect(sample).toContain(`      retentionPeriod: Duration.days(${retentionPeriod / 86_400_000}),`);
});
