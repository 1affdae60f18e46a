import type * as z from 'zod';
import { badValue, KlarnaProblem } from '../problem.ts';

/** The parsed body. @throws KlarnaProblem naming the first wrong field, as in `order_lines[0].total_amount` */
export function checkBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (body === undefined) throw new KlarnaProblem(400, 'BAD_REQUEST', 'Unable to parse the request');
  throw badValue(fieldName(issue?.path ?? []));
}

const fieldName = (path: PropertyKey[]) =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}${name && '.'}${String(part)}`),
    '',
  );
