import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { conditionHolds } from './conditions.ts';
import { type IndexKeys, queryIndex } from './index-query.ts';

export type MemoryItem = Record<string, AttributeValue>;
export type MemoryItemChange = { before?: MemoryItem | undefined; after?: MemoryItem | undefined };

/** A table with the partition key `id`. An index shows the items that have both of its keys. */
export type MemoryTable = { name: string; indexes?: Record<string, IndexKeys> };

export type MemoryDb = {
  /** Executes one command of lib-dynamodb, at once. @throws as DynamoDB does, and for a command that it does not know */
  execute: (command: unknown) => object;
  items: (table: string) => MemoryItem[];
  /** Deletes an item as TTL does. */
  expire: (table: string, item: MemoryItem) => void;
  /** Replaces a table by one that holds these items. Its stream starts anew, without a record of them. */
  restore: (table: string, items: MemoryItem[]) => void;
  /** The items as the indexes show them now. */
  indexed: (table: string) => MemoryItem[];
};

type Options = {
  tables: MemoryTable[];
  onChange?: (table: string, change: MemoryItemChange) => void;
  /** Calls `update` when the indexes learn of a write. @default at once */
  updateIndex?: (update: () => void) => void;
};

/** An item may have this many bytes. */
const largestItem = 400 * 1024;

/** DynamoDB in memory, with its conditions, as far as the relay uses it. test/simulation/aws/dynamodb.test.ts compares it with real engines. */
export function memoryDb({ tables, onChange = () => {}, updateIndex = (update) => update() }: Options): MemoryDb {
  const stored = new Map(tables.map(({ name }) => [name, new Map<string, MemoryItem>()]));
  const shown = new Map(tables.map(({ name }) => [name, new Map<string, MemoryItem>()]));
  const tableIn = (all: typeof stored, name = '') => {
    const found = all.get(name);
    if (!found) throw invalid(`no table ${name}`);
    return found;
  };
  let writes = 0;
  const newest = new Map<string, number>();
  const write = (table: string, id: string, after: MemoryItem | undefined) => {
    const items = tableIn(stored, table);
    const before = items.get(id);
    const put = (where: Map<string, MemoryItem>) => (after ? where.set(id, after) : where.delete(id));
    put(items);
    writes += 1;
    const number = writes;
    updateIndex(() => {
      if ((newest.get(`${table} ${id}`) ?? 0) > number) return; // a later write reached the index first
      newest.set(`${table} ${id}`, number);
      put(tableIn(shown, table));
    });
    if (!isDeepStrictEqual(before, after)) onChange(table, { before, after });
  };

  const get = ({ TableName, Key }: GetCommandInput) => {
    const found = tableIn(stored, TableName).get(idOf(Key));
    return found ? { Item: unmarshall(found) } : {};
  };
  const put = (input: PutCommandInput) => {
    const { TableName = '', Item = {}, ConditionExpression, ExpressionAttributeValues } = input;
    const item = marshall(Item, { removeUndefinedValues: true });
    if (sizeOf(item) > largestItem) throw invalid('Item size has exceeded the maximum allowed size');
    const before = tableIn(stored, TableName).get(idOf(Item));
    const operands = { item: before ?? {}, values: marshall(ExpressionAttributeValues ?? {}) };
    if (ConditionExpression && !conditionHolds(ConditionExpression, operands))
      throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
    write(TableName, idOf(Item), item);
    return {};
  };
  const query = (input: QueryCommandInput) => {
    const index = tables.find(({ name }) => name === input.TableName)?.indexes?.[input.IndexName ?? ''];
    if (!index) throw invalid(`The table does not have the specified index: ${input.IndexName}`);
    return { Items: queryIndex(index, [...tableIn(shown, input.TableName).values()], input) };
  };
  const execute: MemoryDb['execute'] = (command) => {
    if (command instanceof GetCommand) return get(command.input);
    if (command instanceof PutCommand) return put(command.input);
    if (command instanceof QueryCommand) return query(command.input);
    if (!(command instanceof DeleteCommand))
      throw new Error(`the simulated DynamoDB does not know ${String(command?.constructor?.name)}`);
    write(command.input.TableName ?? '', idOf(command.input.Key), undefined);
    return {};
  };
  const restore: MemoryDb['restore'] = (table, items) => {
    const byId = new Map(items.map((item) => [item.id?.S ?? '', item]));
    stored.set(table, byId);
    shown.set(table, new Map(byId));
    for (const key of newest.keys()) newest.set(key, writes); // writes that have not reached the index are gone
  };
  return {
    execute,
    expire: (table, item) => write(table, item.id?.S ?? '', undefined),
    restore,
    items: (table) => [...tableIn(stored, table).values()],
    indexed: (table) => [...tableIn(shown, table).values()],
  };
}

const invalid = (message: string) =>
  new DynamoDBServiceException({ name: 'ValidationException', message, $fault: 'client', $metadata: {} });

/** Holds the item that failed the condition where the command requested it. */
const conditionFailed = (Item: MemoryItem | undefined) =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(Item && { Item }),
  });

const idOf = (item: Record<string, unknown> | undefined): string => {
  const id = item?.id;
  if (typeof id === 'string' && id !== '') return id;
  throw invalid('One or more parameter values were invalid: the key id');
};

/** DynamoDB counts names and values. This counts the type names as well, so slightly more. */
const sizeOf = (item: MemoryItem) => Buffer.byteLength(JSON.stringify(item));
