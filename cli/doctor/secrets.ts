import { paymentId } from '../../lambdas/payment/payment-id.ts';
import * as z from 'zod/mini';
import { parseKeys } from '../../lambdas/aws/secrets.ts';
import { type Accounts, parseAccounts } from '../../lambdas/klarna/client/accounts.ts';
import { statusUrl } from '../../lambdas/klarna/inbound/callback-url.ts';
import type { AwsCalls } from './aws-calls.ts';
import { failed, ok, warning } from './finding.ts';
import type { StackResource } from './resources.ts';

const secret = z.object({ SecretString: z._default(z.string(), '') });

export async function secretText(aws: AwsCalls, { name: SecretId }: StackResource): Promise<string> {
  return secret.parse(await aws.json('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId })).SecretString;
}

/** The keys of the callback URLs: which are there, how long they are. Never one of them. */
export function callbackKeys(text: string) {
  const keys = Object.entries(parseKeys(text)).flatMap(([name, key]) => (key ? [{ name, key }] : []));
  const told = keys.map(({ name, key }) => `${name} (${key.length} characters)`).join(', ');
  if (new Set(keys.map(({ key }) => key)).size < keys.length)
    return warning(`${told}: two of them are the same key, so one is for nothing`);
  const rotating = keys.length > 1 ? '; a rotation is under way (docs/operations.md)' : '';
  return ok(`${told}${rotating}`);
}

/** Klarna's credentials by account. @throws naming account and field */
export const accountsIn = (text: string): Accounts => parseAccounts(text);

/** Whether the functions that run hold the key that mints: a status URL of ours must not be turned away. */
export async function heldKey({ base, text }: { base: string; text: string }) {
  const payment = paymentId('klarna-relay-doctor');
  if (!payment) return failed('no payment id');
  const { status } = await fetch(statusUrl({ base, payment, key: parseKeys(text).current }), {
    signal: AbortSignal.timeout(10_000),
  });
  if (status === 404 || status === 200) return ok(`${base} proves URLs with the current key`);
  if (status === 401)
    return failed(
      `${base} holds other keys: it reads the secret again within five minutes of a URL that it cannot prove`,
    );
  return failed(`${base} answers ${status}: see the log of the reading function`);
}
