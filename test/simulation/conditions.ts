import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Given = { item: Record<string, AttributeValue>; values: Record<string, AttributeValue> };

/** A condition of DynamoDB, as far as ours go: comparisons and the existence of attributes, all of which must hold. */
export const holds = (expression: string, given: Given): boolean =>
  expression.split(/\s+AND\s+/i).every((clause) => clauseHolds(clause.trim(), given));

const existence = /^attribute_(not_)?exists\s*\(\s*(\w+)\s*\)$/;
const comparison = /^(\w+)\s*(=|<>|<=|<|>=|>)\s*(:\w+)$/;

function clauseHolds(clause: string, { item, values }: Given): boolean {
  const exists = existence.exec(clause);
  if (exists) return (item[exists[2] ?? ''] === undefined) === (exists[1] !== undefined);
  const [, name = '', operator = '', value = ''] = comparison.exec(clause) ?? [];
  const [held, asked] = [item[name], values[value]];
  if (!operator || !asked) throw new Error(`the simulated DynamoDB does not know the condition ${clause}`);
  return held === undefined ? operator === '<>' : compared(operator, held, asked);
}

/** Values of two types are never in order, and never equal. */
function compared(operator: string, held: AttributeValue, asked: AttributeValue): boolean {
  if (operator === '=') return isDeepStrictEqual(held, asked);
  if (operator === '<>') return !isDeepStrictEqual(held, asked);
  const order = orderOf(held, asked);
  if (order === undefined) return false;
  if (order === 0) return operator.endsWith('=');
  return operator.startsWith('<') === order < 0;
}

function orderOf(held: AttributeValue, asked: AttributeValue): number | undefined {
  if (held.N !== undefined && asked.N !== undefined) return Math.sign(Number(held.N) - Number(asked.N));
  if (held.S === undefined || asked.S === undefined) return undefined;
  return Buffer.compare(Buffer.from(held.S), Buffer.from(asked.S));
}
