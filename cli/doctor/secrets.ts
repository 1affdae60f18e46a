import * as z from 'zod/mini';
import { parseKeys } from '../../lambdas/aws/secrets.ts';
import { statusUrl } from '../../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { AwsCalls } from './aws-calls.ts';
import { failed, ok, warning } from './finding.ts';
import type { StackResource } from './resources.ts';

const secret = z.object({ SecretString: z._default(z.string(), '') });

export async function secretText(aws: AwsCalls, { name: SecretId }: StackResource): Promise<string> {
  return secret.parse(await aws.json('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId })).SecretString;
}

/** Names the keys in the callback secret and their lengths, never a key itself. */
export function checkCallbackKeys(text: string) {
  const keys = Object.entries(parseKeys(text)).flatMap(([name, key]) => (key ? [{ name, key }] : []));
  const lengths = keys.map(({ name, key }) => `${name} (${key.length} characters)`).join(', ');
  if (new Set(keys.map(({ key }) => key)).size < keys.length)
    return warning(`${lengths}: two of them are the same key, so the rotation has no effect`);
  const rotation = keys.length > 1 ? '; a rotation is under way (docs/operations.md)' : '';
  return ok(`${lengths}${rotation}`);
}

/** Checks that the deployed functions use the current key, by reading a status URL made with it. */
export async function checkKeysInUse({ base, text }: { base: string; text: string }) {
  const payment = paymentId('klarna-relay-doctor');
  if (!payment) return failed('not a payment id');
  const { status } = await fetch(statusUrl({ base, payment, key: parseKeys(text).current }), {
    signal: AbortSignal.timeout(10_000),
  });
  if (status === 404 || status === 200) return ok(`${base} accepts URLs with the current key`);
  if (status === 401)
    return failed(
      `${base} uses other keys; it reads the secret again within five minutes of a URL that it cannot verify`,
    );
  return failed(`${base} answers ${status}: see the log of the read-payment function`);
}
