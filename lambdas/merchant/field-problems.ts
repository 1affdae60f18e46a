import type * as z from 'zod/mini';

/** A problem with one field of a request. `field` is a path; `reason` never quotes the value. */
export type Problem = { field: string; reason: string };

/** Every field that a schema rejected, each with one reason that does not quote the value. */
export function problemsIn({ issues }: z.core.$ZodError): Problem[] {
  const found = issues.flatMap(problemOf);
  return found.filter(({ field }, at) => found.findIndex((other) => other.field === field) === at);
}

function problemOf(issue: z.core.$ZodIssue): Problem[] {
  const field = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: pathOf([...issue.path, shortened(key)]),
      reason: 'is not a field of this request',
    }));
  return [{ field: field || 'body', reason: reasonOf(issue) }];
}

const shortened = (key: string) => key.replace(/[^\w.-]/g, '?').slice(0, 40) || '""';

const pathOf = (path: PropertyKey[]) =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  );

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'is missing' : `must be ${issue.expected}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unit(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit(issue.origin)}`;
  if (issue.code === 'invalid_value')
    return issue.input === undefined ? 'is missing' : `must be one of ${issue.values.join(', ')}`;
  return issue.code === 'custom' ? issue.message : 'has a wrong format';
}

const unit = (origin: string) => ({ string: ' characters', array: ' entries' })[origin] ?? '';
