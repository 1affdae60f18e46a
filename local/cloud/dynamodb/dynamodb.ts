import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { AwsError, type Service } from '../aws.ts';
import { ask } from './engine.ts';
import type { Table } from './tables.ts';
import { inTurn } from './turns.ts';

/** An item in DynamoDB's own JSON: every value under its type's letter. */
export type Item = Record<string, unknown>;

/** One change of one item, as the table's stream has it before it is a record. */
export type ItemChange = { before?: Item | undefined; after?: Item | undefined };

const item = z.record(z.string(), z.unknown());
const write = z.looseObject({
  TableName: z.string(),
  Item: z.optional(item),
  Key: z.optional(item),
  ReturnValues: z.optional(z.string()),
});
const attributes = z.looseObject({ Attributes: z.optional(item) });

/** Writes that the engine cannot tell the item before and after of; nothing of ours uses them on a table with a stream. */
const blind = ['UpdateItem', 'BatchWriteItem', 'TransactWriteItems', 'ExecuteStatement'];

/** Those that name no table, or several, may write to one with a stream. */
const isBlind = (operation: string, table: Table | undefined) =>
  blind.includes(operation) && (operation !== 'UpdateItem' || table !== undefined);

/**
 * DynamoDB in front of an engine that has no streams: writes of one key go one after another, each asks for the item that
 * it replaces, and `changed` learns every change of a streamed table in the order in which it was made.
 */
export function streamingDynamoDb(wired: {
  endpoint: string;
  tables: Table[];
  changed: (table: Table, change: ItemChange) => void;
}): Service {
  const turn = inTurn();
  return async (operation, input) => {
    const { TableName, ...rest } = z.looseObject({ TableName: z.optional(z.string()) }).parse(input);
    const table = wired.tables.find(({ name, stream }) => stream && name === TableName);
    if (operation !== 'PutItem' && operation !== 'DeleteItem') {
      if (isBlind(operation, table))
        throw new AwsError('ValidationException', `the local stream does not see ${operation}`);
      return ask(wired.endpoint, operation, { TableName, ...rest });
    }
    if (!table) return ask(wired.endpoint, operation, { TableName, ...rest });
    const call = write.parse(input);
    return turn(JSON.stringify(keysOf(table, call.Item ?? call.Key ?? {})), async () => {
      const answer = attributes.parse(await ask(wired.endpoint, operation, { ...call, ReturnValues: 'ALL_OLD' }));
      const { Attributes: before, ...others } = answer;
      if (!isDeepStrictEqual(before, call.Item)) wired.changed(table, { before, after: call.Item });
      return call.ReturnValues === 'ALL_OLD' ? answer : others;
    });
  };
}

/** The part of an item that names it. */
export const keysOf = ({ definition }: Table, item: Item): Item =>
  Object.fromEntries(definition.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
