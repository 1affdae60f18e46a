import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealer } from '../../../lambdas/aws/seal.ts';
import { opener } from '../../../lambdas/aws/unseal.ts';
import { type Cloud, startCloud } from '../../../local/cloud/cloud.ts';
import { readDeployment } from '../../../local/cloud/deployment.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';

const deployment = readDeployment(await synthesisedOnce());
const closers: (() => unknown)[] = [];
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({
    deployment,
    folder: undefined,
    startEngine: undefined,
    onStop: (each) => closers.push(each),
  });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const functionOf = (entry: string) =>
  deployment.functions.find((each) => each.entry.includes(entry)) ?? expect.fail(entry);
/** Client settings with the role of a function. */
const as = (entry: string) => ({
  endpoint: cloud.url,
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials: { accessKeyId: functionOf(entry).id, secretAccessKey: 'local' },
});
const env = functionOf('run-due-tasks').env;
const keys = { authorization: env.SEALING_KEY_ARN ?? '', customer: env.TOKEN_KEY_ARN ?? '' };
const entries = [
  'receive-callback',
  'publish-changes',
  'create-payment',
  'operate-payment',
  'read-payment',
  'charge-token',
  'run-due-tasks',
];
const payment = paymentIdOf('order-1');

describe.each([
  ['authorization', ['run-due-tasks']],
  ['customer', ['charge-token', 'run-due-tasks']],
] as const)('%s token', (kind, spenders) => {
  test('opens for the roles that spend it, and for no other', async () => {
    const seal = await sealer({ client: new KMSClient(as('run-due-tasks')), keyArn: keys[kind] });
    const { sealed } = await seal({ payment, token: 'very-secret', at: '' });
    const opened: string[] = [];
    for (const entry of entries) {
      const open = opener({ client: new KMSClient(as(entry)), keyArn: keys[kind] });
      const answer = await open({ payment, sealed }).then(
        (bytes) => Buffer.from(bytes).toString(),
        (error) => error.name,
      );
      expect(['very-secret', 'AccessDeniedException']).toContain(answer);
      if (answer === 'very-secret') opened.push(entry);
    }
    expect(opened).toEqual(spenders);
  });
});

test('the function that shows a payment cannot change it, and the one that publishes cannot even read it', async () => {
  const Key = { id: { S: 'x' } };
  const TableName = env.TABLE_NAME;
  await expect(
    new DynamoDBClient(as('read-payment')).send(new GetItemCommand({ TableName, Key })),
  ).resolves.toBeDefined();
  await expect(
    new DynamoDBClient(as('read-payment')).send(new PutItemCommand({ TableName, Item: Key })),
  ).rejects.toThrow('not authorized');
  await expect(new DynamoDBClient(as('publish-changes')).send(new GetItemCommand({ TableName, Key }))).rejects.toThrow(
    'not authorized',
  );
});

test('reading an index needs a grant of its own', async () => {
  const query = new QueryCommand({
    TableName: env.TABLE_NAME,
    IndexName: env.DUE_INDEX,
    KeyConditionExpression: 'dueShard = :s',
    ExpressionAttributeValues: { ':s': { S: '0' } },
  });
  await expect(new DynamoDBClient(as('run-due-tasks')).send(query)).resolves.toMatchObject({ Count: 0 });
  await expect(new DynamoDBClient(as('create-payment')).send(query)).rejects.toThrow('/index/due');
});
