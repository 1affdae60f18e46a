import { type Accounts, apiUrl } from './accounts.ts';
import type { KlarnaCall, Connection } from './call.ts';
import { endpoints } from './endpoints.ts';

export type { KlarnaCall, Permit } from './call.ts';

export type Klarna = ReturnType<typeof endpoints>;

/**
 * Klarna as each account sees it: one function per endpoint, all of which throw KlarnaError and tell nobody a token.
 * An attempt takes at most `timeout` (4 s), all of them with their pauses `budget` (12 s); milliseconds.
 * Connections are kept and used again. @throws for an account that is not configured, naming it
 */
export function klarnaClient({ accounts, renew, apiUrl: override, ...rest }: ClientOptions) {
  let held = accounts;
  const renewed = async () => {
    const read = await renew?.();
    held = read ?? held;
    return read !== undefined;
  };
  return (name: string): Klarna => {
    const account = Object.hasOwn(held, name) ? held[name] : undefined;
    if (!account) throw new Error(`account ${name} is not in the accounts secret`);
    const base = apiUrl(account, override);
    return endpoints({ ...defaults, ...rest, base, name, account: () => held[name] ?? account, renewed });
  };
}

type ClientOptions = Partial<Omit<Connection, 'base' | 'name' | 'account' | 'renewed'>> & {
  accounts: Accounts;
  /** The accounts read anew, or undefined when that was done a moment ago. */
  renew?: () => Promise<Accounts | undefined>;
  apiUrl?: string;
};

const defaults = {
  fetch: (...asked: Parameters<typeof fetch>) => fetch(...asked),
  now: () => new Date(),
  pause: (ms: number) => new Promise((resume) => setTimeout(resume, ms)),
  random: Math.random,
  watch: (_: KlarnaCall) => {},
  timeout: 4000,
  budget: 12_000,
};
