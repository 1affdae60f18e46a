import type { Account, Accounts } from './accounts.ts';
import type { Connection, KlarnaCall } from './connection.ts';
import { endpoints } from './endpoints.ts';

export type Klarna = ReturnType<typeof endpoints>;

/**
 * Klarna as each account sees it: one function per endpoint, all of which throw KlarnaError and never reveal a token.
 * An attempt takes at most `timeoutMs` (4 s), all of them with their pauses `budgetMs` (12 s). Connections are kept
 * alive.
 * @throws for an account that is not configured, naming it
 */
export function klarnaClient({ accounts, renew, apiUrl: override, ...options }: ClientOptions) {
  let held = accounts;
  const renewed = async () => {
    const fresh = await renew?.();
    held = fresh ?? held;
    return fresh !== undefined;
  };
  return (name: string): Klarna => {
    const account = Object.hasOwn(held, name) ? held[name] : undefined;
    if (!account) throw new Error(`account ${name} is not in the accounts secret`);
    const base = apiUrl(account, override);
    const perSecond = (operation: string) => taskRate(account, operation);
    return endpoints({ ...defaults, ...options, base, name, account: () => held[name] ?? account, renewed, perSecond });
  };
}

type ClientOptions = Partial<Omit<Connection, 'base' | 'name' | 'account' | 'renewed' | 'perSecond'>> & {
  accounts: Accounts;
  /** The accounts read anew, or undefined when that was done a moment ago. */
  renew?: () => Promise<Accounts | undefined>;
  apiUrl?: string;
};

const defaults = {
  fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
  now: () => new Date(),
  pause: (ms: number) => new Promise((resume) => setTimeout(resume, ms)),
  random: Math.random,
  onCall: (_: KlarnaCall) => {},
  userAgent: 'klarna-relay (AWS Lambda; Node.js)',
  timeoutMs: 4000,
  budgetMs: 12_000,
};

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

/**
 * The half of Klarna's rate that tasks may use, in calls a second. The other half is left to requests whose caller is
 * waiting.
 */
export const taskRate = ({ environment }: Pick<Account, 'environment'>, operation: string): number =>
  Math.floor(rates[environment][creating.includes(operation) ? 'creating' : 'other'] / 2);
