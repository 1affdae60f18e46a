import * as z from 'zod/mini';

/** One Klarna merchant id: its region, its environment and its credentials. */
export type Account = z.infer<typeof account>;
export type Accounts = Record<string, Account>;

const nonEmpty = z.string().check(z.minLength(1));
const account = z.object({
  region: z.enum(['eu', 'na', 'oc']),
  environment: z.enum(['playground', 'production']),
  username: nonEmpty,
  password: nonEmpty,
});
const accounts = z.record(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)), account);

/**
 * The value of the accounts secret: `{"default": {"region", "environment", "username", "password"}, …}`.
 * @throws naming account and field, never quoting a value
 */
export function parseAccounts(text: string): Accounts {
  const parsed = accounts.safeParse(jsonOf(text));
  if (parsed.success && Object.keys(parsed.data).length > 0) return parsed.data;
  const field = parsed.error?.issues[0]?.path.join('.') || 'an account';
  throw new Error(
    `the accounts secret: ${field} is missing or wrong: fill in region, environment, username and password`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the accounts secret is not JSON');
  }
}
