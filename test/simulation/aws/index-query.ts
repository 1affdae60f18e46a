import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { conditionHolds } from './conditions.ts';

export type IndexKeys = { hash: string; range: string; keysOnly?: boolean };

type Attributes = Record<string, AttributeValue>;

/** The result of a query of one index, ordered by its range key. */
export function queryIndex({ hash, range, keysOnly }: IndexKeys, items: Attributes[], query: QueryCommandInput) {
  const { KeyConditionExpression = '', ExpressionAttributeValues = {}, Limit, ScanIndexForward } = query;
  const values = marshall(ExpressionAttributeValues);
  const rangeOf = (item: Attributes) => item[range]?.S ?? '';
  const found = items
    .filter((item) => item[hash]?.S && item[range]?.S)
    .filter((item) => conditionHolds(KeyConditionExpression, { item, values }))
    .sort((a, b) => (rangeOf(a) < rangeOf(b) ? -1 : 1));
  const ordered = ScanIndexForward === false ? found.reverse() : found;
  const projected = ({ id, [hash]: h, [range]: r, ...rest }: Attributes) =>
    Object.fromEntries(
      Object.entries({ id, [hash]: h, [range]: r, ...(keysOnly ? {} : rest) }).flatMap(([name, value]) =>
        value ? [[name, value]] : [],
      ),
    );
  return ordered.slice(0, Limit).map((item) => unmarshall(projected(item)));
}
