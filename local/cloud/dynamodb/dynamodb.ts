import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { AwsError, type Service } from '../aws.ts';
import { callEngine } from './engine.ts';
import type { Table } from './tables.ts';
import { inTurn } from './turns.ts';

/** An item in DynamoDB's JSON: every value under the letter of its type. */
export type Item = Record<string, unknown>;

/** One change of one item, before it becomes a record of the table's stream. */
export type ItemChange = { before?: Item | undefined; after?: Item | undefined };

const item = z.record(z.string(), z.unknown());
const write = z.looseObject({
  TableName: z.string(),
  Item: z.optional(item),
  Key: z.optional(item),
  ReturnValues: z.optional(z.string()),
});
const attributes = z.looseObject({ Attributes: z.optional(item) });

/** Writes whose items before and after are unknown; no function of ours uses them on a table with a stream. */
const untrackable = ['UpdateItem', 'BatchWriteItem', 'TransactWriteItems', 'ExecuteStatement'];

/** All but UpdateItem name no table or several, so any of these may be one with a stream. */
const bypassesStream = (operation: string, table: Table | undefined) =>
  untrackable.includes(operation) && (operation !== 'UpdateItem' || table !== undefined);

/**
 * DynamoDB with streams in front of an engine that has none: writes of one key go one after another, each asks for the
 * item that it replaces, and `onChange` gets every change of a table with a stream in the order of the writes.
 */
export function streamingDynamoDb(options: {
  endpoint: string;
  tables: Table[];
  onChange: (table: Table, change: ItemChange) => void;
}): Service {
  const turn = inTurn();
  return async (operation, input) => {
    const { TableName, ...rest } = z.looseObject({ TableName: z.optional(z.string()) }).parse(input);
    const table = options.tables.find(({ name, stream }) => stream && name === TableName);
    if (operation !== 'PutItem' && operation !== 'DeleteItem') {
      if (bypassesStream(operation, table))
        throw new AwsError('ValidationException', `the local stream does not see ${operation}`);
      return callEngine(options.endpoint, operation, { TableName, ...rest });
    }
    if (!table) return callEngine(options.endpoint, operation, { TableName, ...rest });
    const call = write.parse(input);
    return turn(JSON.stringify(keysOf(table, call.Item ?? call.Key ?? {})), async () => {
      const answer = attributes.parse(
        await callEngine(options.endpoint, operation, { ...call, ReturnValues: 'ALL_OLD' }),
      );
      const { Attributes: before, ...others } = answer;
      if (!isDeepStrictEqual(before, call.Item)) options.onChange(table, { before, after: call.Item });
      return call.ReturnValues === 'ALL_OLD' ? answer : others;
    });
  };
}

/** The item's key attributes. */
export const keysOf = ({ definition }: Table, item: Item): Item =>
  Object.fromEntries(definition.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
