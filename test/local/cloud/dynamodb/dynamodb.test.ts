import type { Server } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { awsEndpoint } from '../../../../local/cloud/aws.ts';
import { type ItemChange, streamingDynamoDb } from '../../../../local/cloud/dynamodb/dynamodb.ts';
import { createTable, type Engine } from '../../../../local/cloud/dynamodb/engine.ts';
import type { Table } from '../../../../local/cloud/dynamodb/tables.ts';
import { close, listen } from '../../../../local/gateway/listen.ts';
import { onEveryEngine } from '../../../support/engines/engines.ts';

const definition = {
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};
const streamed: Table = {
  name: 'streamed',
  arn: 'arn:streamed',
  definition,
  stream: { arn: 'arn', view: 'NEW_AND_OLD_IMAGES' },
};
const plain: Table = { name: 'plain', arn: 'arn:plain', definition };

onEveryEngine(({ start }) => {
  let engine: Engine;
  let db: DynamoDBDocumentClient;
  let changes: ItemChange[] = [];
  let server: Server;

  beforeAll(async () => {
    engine = await start();
    await Promise.all([streamed, plain].map((table) => createTable(engine.endpoint, table)));
    server = awsEndpoint({
      DynamoDB_20120810: streamingDynamoDb({
        endpoint: engine.endpoint,
        tables: [streamed, plain],
        onChange: (_, change) => changes.push(change),
      }),
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    db = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: await listen(server), region: 'eu-central-1', credentials }),
    );
  });
  afterAll(async () => {
    db.destroy();
    await close(server);
    await engine.stop();
  });
  beforeEach(() => {
    changes = [];
  });

  const put = (id: string, n: number, more: object = {}) =>
    db.send(new PutCommand({ TableName: 'streamed', Item: { id, n }, ...more }));
  const seen = () => changes.map(({ before, after }) => [before && values(before).n, after && values(after).n]);
  const values = (item: object) => unmarshall(item as Parameters<typeof unmarshall>[0]);

  test('the stream has the item before and after each change, and its removal', async () => {
    await put('life', 1);
    await put('life', 2);
    await db.send(new DeleteCommand({ TableName: 'streamed', Key: { id: 'life' } }));
    expect(seen()).toEqual([
      [undefined, 1],
      [1, 2],
      [2, undefined],
    ]);
  });

  test('the answer contains the old item only if the caller requests it', async () => {
    await put('returned', 1);
    expect(await put('returned', 2)).not.toHaveProperty('Attributes');
    expect(await put('returned', 3, { ReturnValues: 'ALL_OLD' })).toMatchObject({ Attributes: { n: 2 } });
  });

  test('a write whose condition fails is refused as AWS refuses it, and makes no change', async () => {
    await put('guarded', 1);
    const second = put('guarded', 2, { ConditionExpression: 'attribute_not_exists(id)' });
    await expect(second).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(seen()).toEqual([[undefined, 1]]);
  });

  test('putting an equal item, and deleting an item that does not exist, make no change', async () => {
    await put('same', 1);
    await put('same', 1);
    await db.send(new DeleteCommand({ TableName: 'streamed', Key: { id: 'never' } }));
    expect(seen()).toEqual([[undefined, 1]]);
  });

  test('simultaneous writes of one key reach the stream in the order in which they were made', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => put('busy', n + 1)));
    expect(changes).toHaveLength(20);
    expect(seen().map(([before]) => before)).toEqual([
      undefined,
      ...seen()
        .map(([, after]) => after)
        .slice(0, -1),
    ]);
    const { Item } = await db.send(
      new GetCommand({ TableName: 'streamed', Key: { id: 'busy' }, ConsistentRead: true }),
    );
    expect(Item?.n).toBe(seen().at(-1)?.[1]);
  });

  test('a write that the stream would miss is refused', async () => {
    const update = new UpdateCommand({
      TableName: 'streamed',
      Key: { id: 'x' },
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': 1 },
    });
    await expect(db.send(update)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a write to a table without a stream makes no change', async () => {
    await db.send(new PutCommand({ TableName: 'plain', Item: { id: 'x', n: 1 } }));
    expect(changes).toEqual([]);
  });
});
