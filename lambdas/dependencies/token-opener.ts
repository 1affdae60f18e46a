import { opener } from '../aws/unseal.ts';
import type { OpenToken } from '../flows/ports.ts';
import type { KlarnaDependencies } from './payment-ports.ts';

/** Opens tokens under one key; every opening is a line in the log: which payment, what for and by whom, never the token. */
export function loggedOpener(
  { kms, journal }: KlarnaDependencies,
  { keyArn, caller }: { keyArn: string; caller: string },
): OpenToken {
  const open = opener({ client: kms, keyArn });
  return async ({ payment, sealed, purpose }) => {
    journal({ message: 'token opened', fields: { payment, purpose, caller }, metrics: { TokensOpened: 1 } });
    return Buffer.from(await open({ payment, sealed })).toString();
  };
}
