import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../../../local/cloud/aws.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

const server = awsEndpoint({});
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  settings = { endpoint: await listen(server), region: 'eu-central-1', credentials };
});
afterAll(() => close(server));

test('a call to an unknown service is refused as AWS refuses it', async () => {
  const tables = new DynamoDBClient(settings).send(new ListTablesCommand({}));
  await expect(tables).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

test('a request that no AWS client sends is refused as well', async () => {
  const response = await fetch(settings.endpoint, { method: 'POST', body: 'hello' });
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({ __type: 'SerializationException' }),
  ]);
});
