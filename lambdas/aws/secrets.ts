import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

/**
 * The value of a secret: kept for the container's life, and read again when a rotation may explain why it is not
 * accepted.
 */
export type Renewable<Value> = {
  readonly held: Value;
  /**
   * The secret read anew, or `undefined` when it was read less than five minutes ago: forgeries cost no calls.
   * @throws while it cannot be read: then a forgery cannot be recognised, and the caller has to try again
   */
  renewed: () => Promise<Value | undefined>;
};

/** The keys of the callback URLs. */
export type CallbackKeys = Renewable<string[]>;

const key = z.string().check(z.minLength(32));
const secretValue = z.object({ current: key, previous: z.nullish(key), next: z.nullish(key) });

/** Milliseconds between two reads: after one that succeeded, and after one that failed. */
const pauseAfter = { read: 5 * 60_000, failed: 1000 };

type From = { client: SecretsManagerClient; secretArn: string; now: () => Date };

/**
 * Reads the secret once. It is JSON: `current` mints, `previous` and `next` are accepted too; docs/operations.md
 * describes rotation.
 * @throws when the secret cannot be read or has no `current` of 32 characters or more; the message never quotes it
 */
export const callbackKeys = (from: From): Promise<CallbackKeys> => renewable(from, keysIn);

/** Any secret, as `parse` reads it. @throws when it cannot be read, and as `parse` */
export async function renewable<Value>(from: From, parse: (text: string) => Value): Promise<Renewable<Value>> {
  const clock = () => from.now().getTime();
  const read = async () => {
    const { SecretString = '' } = await from.client.send(new GetSecretValueCommand({ SecretId: from.secretArn }));
    return parse(SecretString);
  };
  const secret = { held: await read() };
  let readAt = clock();
  let failedAt = Number.NEGATIVE_INFINITY;
  const renewed = async () => {
    if (clock() - readAt < pauseAfter.read) return undefined;
    if (clock() - failedAt < pauseAfter.failed) throw new Error('the secret could not be read a moment ago');
    failedAt = clock();
    secret.held = await read();
    readAt = clock();
    return secret.held;
  };
  return Object.assign(secret, { renewed });
}

function keysIn(text: string): string[] {
  const { current, previous, next } = parseKeys(text);
  return [current, previous, next].filter((key) => typeof key === 'string');
}

/** The value of the callback secret. @throws without quoting it */
export function parseKeys(text: string): z.infer<typeof secretValue> {
  try {
    return secretValue.parse(JSON.parse(text));
  } catch {
    throw new Error('the callback secret is not JSON with a `current` of at least 32 characters');
  }
}
