import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Operands = { item: Record<string, AttributeValue>; values: Record<string, AttributeValue> };

/**
 * True when a DynamoDB condition holds. It knows the clauses that the relay uses: comparisons, and the existence of attributes, joined
 * by AND and OR, without brackets. @throws for any other clause
 */
export const conditionHolds = (expression: string, operands: Operands): boolean =>
  expression
    .split(/\s+OR\s+/i)
    .some((part) => part.split(/\s+AND\s+/i).every((clause) => clauseHolds(clause.trim(), operands)));

const existence = /^attribute_(not_)?exists\s*\(\s*(\w+)\s*\)$/;
const comparison = /^(\w+)\s*(=|<>|<=|<|>=|>)\s*(:\w+)$/;

function clauseHolds(clause: string, { item, values }: Operands): boolean {
  const exists = existence.exec(clause);
  if (exists) return (item[exists[2] ?? ''] === undefined) === (exists[1] !== undefined);
  const [, name = '', operator = '', value = ''] = comparison.exec(clause) ?? [];
  const [left, right] = [item[name], values[value]];
  if (!operator || !right) throw new Error(`the simulated DynamoDB does not know the condition ${clause}`);
  return left === undefined ? operator === '<>' : compare(operator, left, right);
}

/** Values of different types are neither equal nor in any order. */
function compare(operator: string, left: AttributeValue, right: AttributeValue): boolean {
  if (operator === '=') return isDeepStrictEqual(left, right);
  if (operator === '<>') return !isDeepStrictEqual(left, right);
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (order === 0) return operator.endsWith('=');
  return operator.startsWith('<') === order < 0;
}

function orderOf(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.N !== undefined && right.N !== undefined) return Math.sign(Number(left.N) - Number(right.N));
  if (left.S === undefined || right.S === undefined) return undefined;
  return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
}
