import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './conditions.ts';

export type Item = Record<string, AttributeValue>;
export type ItemChange = { before?: Item | undefined; after?: Item | undefined };

/** A table whose items are named by `id`; an index has those items that have both of its keys. */
export type MemoryTable = {
  name: string;
  indexes?: Record<string, { hash: string; range: string; keysOnly?: boolean }>;
};

export type MemoryDb = {
  /** One command of lib-dynamodb, done at once. @throws as DynamoDB does, and for whatever it does not know */
  does: (command: unknown) => object;
  items: (table: string) => Item[];
  /** What the index shows by now. */
  indexed: (table: string) => Item[];
};

type Wires = {
  tables: MemoryTable[];
  changed?: (table: string, change: ItemChange) => void;
  /** An index learns of a write some time later. @default at once */
  later?: (act: () => void) => void;
};

const invalid = (message: string) =>
  new DynamoDBServiceException({ name: 'ValidationException', message, $fault: 'client', $metadata: {} });

/** The error of a failed condition, with the item as it is where the command asked for it. */
const conditionFailed = (Item: Item | undefined) =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(Item && { Item }),
  });

const largestItem = 400 * 1024;

/** DynamoDB in memory as far as we use it, with its real conditions; test/simulation/dynamodb.test.ts holds it against a real engine. */
export function memoryDb({ tables, changed = () => {}, later = (act) => act() }: Wires): MemoryDb {
  const kept = new Map(tables.map(({ name }) => [name, new Map<string, Item>()]));
  const shown = new Map(tables.map(({ name }) => [name, new Map<string, Item>()]));
  const called = (all: typeof kept, name = '') => {
    const found = all.get(name);
    if (!found) throw invalid(`no table ${name}`);
    return found;
  };
  let writes = 0;
  const newest = new Map<string, number>();
  const write = (table: string, id: string, after: Item | undefined) => {
    const items = called(kept, table);
    const before = items.get(id);
    const keep = (where: Map<string, Item>) => (after ? where.set(id, after) : where.delete(id));
    keep(items);
    writes += 1;
    const number = writes;
    later(() => {
      if ((newest.get(`${table} ${id}`) ?? 0) > number) return; // a later write was quicker
      newest.set(`${table} ${id}`, number);
      keep(called(shown, table));
    });
    if (!isDeepStrictEqual(before, after)) changed(table, { before, after });
  };

  const get = ({ TableName, Key }: GetCommandInput) => {
    const found = called(kept, TableName).get(idOf(Key));
    return found ? { Item: unmarshall(found) } : {};
  };
  const put = (asked: PutCommandInput) => {
    const { TableName = '', Item = {}, ConditionExpression, ExpressionAttributeValues } = asked;
    const item = marshall(Item, { removeUndefinedValues: true });
    if (sizeOf(item) > largestItem) throw invalid('Item size has exceeded the maximum allowed size');
    const before = called(kept, TableName).get(idOf(Item));
    const given = { item: before ?? {}, values: marshall(ExpressionAttributeValues ?? {}) };
    if (ConditionExpression && !holds(ConditionExpression, given))
      throw conditionFailed(asked.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
    write(TableName, idOf(Item), item);
    return {};
  };
  const query = (asked: QueryCommandInput) => {
    const table = tables.find(({ name }) => name === asked.TableName);
    return { Items: queried(table, [...called(shown, asked.TableName).values()], asked) };
  };
  const does: MemoryDb['does'] = (command) => {
    if (command instanceof GetCommand) return get(command.input);
    if (command instanceof PutCommand) return put(command.input);
    if (command instanceof QueryCommand) return query(command.input);
    if (!(command instanceof DeleteCommand))
      throw new Error(`the simulated DynamoDB does not know ${String(command?.constructor?.name)}`);
    write(command.input.TableName ?? '', idOf(command.input.Key), undefined);
    return {};
  };
  return {
    does,
    items: (table) => [...called(kept, table).values()],
    indexed: (table) => [...called(shown, table).values()],
  };
}

const idOf = (item: Record<string, unknown> | undefined): string => {
  const id = item?.id;
  if (typeof id === 'string' && id !== '') return id;
  throw invalid('One or more parameter values were invalid: the key id');
};

/** DynamoDB counts names and values; the letters of the types are a little more. */
const sizeOf = (item: Item) => Buffer.byteLength(JSON.stringify(item));

function queried(table: MemoryTable | undefined, items: Item[], asked: QueryCommandInput): object[] {
  const {
    IndexName = '',
    KeyConditionExpression = '',
    ExpressionAttributeValues = {},
    Limit,
    ScanIndexForward,
  } = asked;
  const index = table?.indexes?.[IndexName];
  if (!index) throw invalid(`The table does not have the specified index: ${IndexName}`);
  const { hash, range, keysOnly } = index;
  const values = marshall(ExpressionAttributeValues);
  const text = (item: Item) => item[range]?.S ?? '';
  const found = items
    .filter((item) => item[hash]?.S && item[range]?.S)
    .filter((item) => holds(KeyConditionExpression, { item, values }))
    .sort((a, b) => (text(a) < text(b) ? -1 : 1));
  const ordered = ScanIndexForward === false ? found.reverse() : found;
  const projected = ({ id, [hash]: h, [range]: r, ...rest }: Item) =>
    Object.fromEntries(
      Object.entries({ id, [hash]: h, [range]: r, ...(keysOnly ? {} : rest) }).flatMap(([name, value]) =>
        value ? [[name, value]] : [],
      ),
    );
  return ordered.slice(0, Limit).map((item) => unmarshall(projected(item)));
}

/** A client that asks this database; `by` is the way there. */
export function clientOf(by: (command: unknown) => Promise<object>): DynamoDBDocumentClient {
  return Object.assign(Object.create(null), { send: by });
}
