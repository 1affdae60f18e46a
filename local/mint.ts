import * as z from 'zod/mini';
import { type CallbackKind, callbackUrl } from '../lambdas/klarna/inbound/callback-url.ts';
import type { PaymentId } from '../lambdas/payment/payment-id.ts';

import type { LambdaFunction } from './cloud/functions.ts';
import type { Vault } from './cloud/vault.ts';

/** Mints the callback URL for a kind and a payment. */
export type Mint = (kind: CallbackKind, payment: PaymentId) => string;

const keys = z.object({ current: z.string() });

/** Mints with the callback secret that the template gives to the functions. */
export function minter(options: { base: string; functions: LambdaFunction[]; vault: Vault }): Mint {
  const arn = options.functions.map(({ env }) => env.CALLBACK_SECRET_ARN).find((each) => each !== undefined);
  if (!arn) throw new Error('no function in the template has CALLBACK_SECRET_ARN in its environment');
  const { current: key } = keys.parse(JSON.parse(options.vault.secretText(arn)));
  return (kind, payment) => callbackUrl({ base: options.base, kind, payment, key });
}
