import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Engine } from '../../local/cloud/dynamodb/engine.ts';
import { onEveryEngine } from '../support/harness/engines.ts';
import { clientOf, memoryDb } from './dynamodb.ts';

const TableName = 'conformance';

/** The same promises on the simulated DynamoDB and on every real engine. */
function promises(client: () => DynamoDBDocumentClient) {
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
    const asked = {
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': shard, ':now': '2026-01-05' },
    };
    return (await client().send(new QueryCommand({ ...asked, ...more }))).Items;
  };
  const refusal = (asked: Promise<unknown>) => asked.then(() => 'none').catch((error: Error) => error.name);

  test('an item comes back as it was put, without what was undefined', async () => {
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

  test('what was never put, or was deleted, is not there; deleting it again is no error', async () => {
    const id = fresh();
    expect(await get(id)).toBeUndefined();
    await put({ id });
    const gone = () => client().send(new DeleteCommand({ TableName, Key: { id } }));
    await gone();
    await gone();
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
  ])('a put under the condition %s over %j with %j ends in: %s', async (condition, held, values, ends) => {
    const id = fresh();
    if (held) await put({ id, ...held });
    const asked = put({ id, version: 'new' }, condition, Object.keys(values).length > 0 ? values : undefined);
    expect(await refusal(asked)).toBe(ends);
    expect(await get(id)).toEqual(ends === 'none' ? { id, version: 'new' } : held && { id, ...held });
  });

  test('of ten puts at once under one condition, one is done', async () => {
    const id = fresh();
    const all = Array.from({ length: 10 }, (_, by) => refusal(put({ id, by }, 'attribute_not_exists(id)')));
    expect((await Promise.all(all)).filter((ends) => ends === 'none')).toHaveLength(1);
  });

  test('a key that is empty or no text, and an item over 400 KB, are refused', async () => {
    expect(await refusal(put({ id: '' }))).toBe('ValidationException');
    expect(await refusal(put({ id: fresh(), text: 'x'.repeat(410 * 1024) }))).toBe('ValidationException');
  });

  test('an index shows who has its keys, by its range, the keys alone, and at most so many', async () => {
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

  test('a query of an index that is not there is refused', async () => {
    expect(await refusal(query('1', { IndexName: 'none' }))).toBe('ValidationException');
  });
}

describe('the simulated DynamoDB', () => {
  const due = { hash: 'dueShard', range: 'dueAt', keysOnly: true };
  const db = memoryDb({ tables: [{ name: TableName, indexes: { due } }] });
  const client = clientOf(async (command) => db.does(command));
  promises(() => client);
});

onEveryEngine(({ start }) => {
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
  promises(() => client);
});
