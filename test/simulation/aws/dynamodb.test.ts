import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Engine } from '../../../local/cloud/dynamodb/engine.ts';
import { onEveryEngine } from '../../support/engines/engines.ts';
import { memoryDb } from './dynamodb.ts';
import { clientWith } from './sdk-client.ts';

const TableName = 'conformance';

/**
 * The promises that the simulated DynamoDB and every real engine keep. dynalite does not know
 * ReturnValuesOnConditionCheckFailure: with it, `returnsFailedItem` is false.
 */
function promises(client: () => DynamoDBDocumentClient, { returnsFailedItem }: { returnsFailedItem: boolean }) {
  let count = 0;
  const fresh = () => `item-${++count}`;
  const put = (Item: object, ConditionExpression?: string, ExpressionAttributeValues?: Record<string, unknown>) =>
    client().send(
      new PutCommand({
        TableName,
        Item: { ...Item },
        ...(ConditionExpression && { ConditionExpression }),
        ...(ExpressionAttributeValues && { ExpressionAttributeValues }),
      }),
    );
  const get = async (id: string) =>
    (await client().send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item;
  const query = async (shard: string, more: object = {}) => {
    const input = {
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': shard, ':now': '2026-01-05' },
    };
    return (await client().send(new QueryCommand({ ...input, ...more }))).Items;
  };
  const errorOf = (sent: Promise<unknown>) => sent.then(() => 'none').catch((error: Error) => error.name);

  test('an item is read as it was put, without its undefined attributes', async () => {
    const id = fresh();
    await put({
      id,
      text: 'a',
      number: 1.5,
      yes: true,
      none: null,
      list: [{ deep: [1] }],
      absent: undefined,
      empty: '',
    });
    expect(await get(id)).toEqual({
      id,
      text: 'a',
      number: 1.5,
      yes: true,
      none: null,
      list: [{ deep: [1] }],
      empty: '',
    });
  });

  test('an item that was never put, or was deleted, is not found; deleting it again is no error', async () => {
    const id = fresh();
    expect(await get(id)).toBeUndefined();
    await put({ id });
    const deleted = () => client().send(new DeleteCommand({ TableName, Key: { id } }));
    await deleted();
    await deleted();
    expect(await get(id)).toBeUndefined();
  });

  test('a put replaces the whole item', async () => {
    const id = fresh();
    await put({ id, a: 1 });
    await put({ id, b: 2 });
    expect(await get(id)).toEqual({ id, b: 2 });
  });

  test.each([
    ['attribute_not_exists(id)', undefined, {}, 'none'],
    ['attribute_not_exists(id)', { version: 1 }, {}, 'ConditionalCheckFailedException'],
    ['attribute_exists(id)', undefined, {}, 'ConditionalCheckFailedException'],
    ['attribute_exists(id)', { version: 1 }, {}, 'none'],
    ['version = :read', { version: 1 }, { ':read': 1 }, 'none'],
    ['version = :read', { version: 2 }, { ':read': 1 }, 'ConditionalCheckFailedException'],
    ['version = :read', { version: '1' }, { ':read': 1 }, 'ConditionalCheckFailedException'],
    ['version = :read', undefined, { ':read': 1 }, 'ConditionalCheckFailedException'],
    ['version <> :read', undefined, { ':read': 1 }, 'none'],
    ['version < :read', { version: 9 }, { ':read': 10 }, 'none'],
    ['version < :read', { version: '9' }, { ':read': 10 }, 'ConditionalCheckFailedException'],
    ['version >= :read', { version: 10 }, { ':read': 10 }, 'none'],
    ['attribute_exists(id) AND version > :read', { version: 9 }, { ':read': 10 }, 'ConditionalCheckFailedException'],
  ])('a put under the condition %s over %j with %j throws: %s', async (condition, stored, values, error) => {
    const id = fresh();
    if (stored) await put({ id, ...stored });
    const sent = put({ id, version: 'new' }, condition, Object.keys(values).length > 0 ? values : undefined);
    expect(await errorOf(sent)).toBe(error);
    expect(await get(id)).toEqual(error === 'none' ? { id, version: 'new' } : stored && { id, ...stored });
  });

  test.each([
    ['with', 'ALL_OLD', { id: { S: 'stored' }, version: { N: '2' } }],
    ['without', 'NONE', undefined],
  ] as const)('a failed condition %s ReturnValuesOnConditionCheckFailure: %s returns %j', async (_, returned, item) => {
    await put({ id: 'stored', version: 2 });
    const sent = client().send(
      new PutCommand({
        TableName,
        Item: { id: 'stored', version: 2 },
        ConditionExpression: 'version = :read',
        ExpressionAttributeValues: { ':read': 1 },
        ReturnValuesOnConditionCheckFailure: returned,
      }),
    );
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(Object(error).Item).toEqual(returnsFailedItem ? item : undefined);
  });

  test('of ten puts at once under one condition, one succeeds', async () => {
    const id = fresh();
    const all = Array.from({ length: 10 }, (_, by) => errorOf(put({ id, by }, 'attribute_not_exists(id)')));
    expect((await Promise.all(all)).filter((error) => error === 'none')).toHaveLength(1);
  });

  test('an empty key and an item over 400 KB are refused', async () => {
    expect(await errorOf(put({ id: '' }))).toBe('ValidationException');
    expect(await errorOf(put({ id: fresh(), text: 'x'.repeat(410 * 1024) }))).toBe('ValidationException');
  });

  test('an index shows the items that have its keys: ordered by range, keys only, up to the limit', async () => {
    const shard = fresh();
    const all = ['2026-01-03', '2026-01-01', '2026-01-06', '2026-01-02'];
    const ids = await Promise.all(
      all.map(async (dueAt) => {
        const id = fresh();
        await put({ id, dueShard: shard, dueAt, more: 1 });
        return id;
      }),
    );
    await put({ id: fresh(), dueShard: shard });
    await put({ id: fresh(), dueAt: '2026-01-01' });
    const shown = (at: number) => ({ id: ids[at], dueShard: shard, dueAt: all[at] });
    expect(await query(shard)).toEqual([shown(1), shown(3), shown(0)]);
    expect(await query(shard, { Limit: 2 })).toEqual([shown(1), shown(3)]);
    expect(await query(shard, { ScanIndexForward: false, Limit: 1 })).toEqual([shown(0)]);
    await put({ id: ids[1] });
    expect(await query(shard)).toEqual([shown(3), shown(0)]);
  });

  test('a query of an index that does not exist is refused', async () => {
    expect(await errorOf(query('1', { IndexName: 'none' }))).toBe('ValidationException');
  });
}

describe('the simulated DynamoDB', () => {
  const due = { hash: 'dueShard', range: 'dueAt', keysOnly: true };
  const db = memoryDb({ tables: [{ name: TableName, indexes: { due } }] });
  const client = clientWith(async (command) => db.execute(command));
  promises(() => client, { returnsFailedItem: true });
});

onEveryEngine(({ name, start }) => {
  let engine: Engine;
  let client: DynamoDBDocumentClient;
  beforeAll(async () => {
    engine = await start();
    const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
    await createTable(engine.endpoint, {
      name: TableName,
      arn: 'arn',
      definition: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [string('id'), string('dueShard'), string('dueAt')],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'due',
            KeySchema: [
              { AttributeName: 'dueShard', KeyType: 'HASH' },
              { AttributeName: 'dueAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      },
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: engine.endpoint, region: 'eu-central-1', credentials }),
      { marshallOptions: { removeUndefinedValues: true } },
    );
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });
  promises(() => client, { returnsFailedItem: name !== 'dynalite' });
});
