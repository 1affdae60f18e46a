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

const regions = { eu: '', na: '-na', oc: '-oc' } as const;
const environments = { production: '', playground: '.playground' } as const;

/**
 * Klarna's host for an account, without a trailing slash (Klarna, "API URLs"), or the given one instead.
 * @throws when `override` is neither https nor on this machine
 */
export function apiUrl({ region, environment }: Pick<Account, 'region' | 'environment'>, override?: string): string {
  if (override === undefined) return `https://api${regions[region]}${environments[environment]}.klarna.com`;
  if (/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$))/.test(override))
    return override.replace(/\/+$/, '');
  throw new Error('KLARNA_API_URL: https, or http on 127.0.0.1');
}

/** Calls a second that Klarna accepts from one merchant id, for each operation on its own (Klarna, "Rate limits"). */
const rates = { production: { creating: 40, other: 200 }, playground: { creating: 5, other: 50 } } as const;

/** Sessions and customer tokens have the narrower limit. */
const creating = ['createPaymentSession', 'createHostedSession', 'createCustomerToken'];

/** The half of Klarna's rate that tasks may use, in calls a second. The other half is left to requests whose caller is waiting. */
export const taskRate = ({ environment }: Pick<Account, 'environment'>, operation: string): number =>
  Math.floor(rates[environment][creating.includes(operation) ? 'creating' : 'other'] / 2);
