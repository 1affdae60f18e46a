import { type Accounts, apiUrl } from './accounts.ts';
import type { Connection, KlarnaCall } from './connection.ts';
import { endpoints } from './endpoints.ts';

export type Klarna = ReturnType<typeof endpoints>;

/**
 * Klarna as each account sees it: one function per endpoint, all of which throw KlarnaError and never reveal a token.
 * An attempt takes at most `timeoutMs` (4 s), all of them with their pauses `budgetMs` (12 s). Connections are kept alive.
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
    return endpoints({ ...defaults, ...options, base, name, account: () => held[name] ?? account, renewed });
  };
}

type ClientOptions = Partial<Omit<Connection, 'base' | 'name' | 'account' | 'renewed'>> & {
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
