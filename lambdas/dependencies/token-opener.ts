import { opener } from '../aws/unseal.ts';
import type { OpenToken } from '../flows/ports.ts';
import type { KlarnaDependencies } from './klarna.ts';

/** Opens tokens with one key. Every opening is logged: which payment, why and by which function, never the token. */
export function loggedOpener(
  { kms, logger }: KlarnaDependencies,
  { keyArn, caller }: { keyArn: string; caller: string },
): OpenToken {
  const open = opener({ client: kms, keyArn });
  return async ({ payment, sealed, purpose }) => {
    logger({ message: 'token opened', fields: { payment, purpose, caller }, metrics: { TokensOpened: 1 } });
    return Buffer.from(await open({ payment, sealed })).toString();
  };
}
