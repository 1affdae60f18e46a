import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

/** What a secret holds: kept for the container's life, read again when a rotation may explain why it is not taken. */
export type Renewable<Value> = {
  held: () => Value;
  /**
   * The secret read anew, or `undefined` when it was read less than five minutes ago: forgeries cost no calls.
   * @throws while it cannot be read: then nobody can say what is forged, and the caller has to try again
   */
  renewed: () => Promise<Value | undefined>;
};

/** The keys of the callback URLs. */
export type CallbackKeys = Renewable<string[]>;

const key = z.string().check(z.minLength(32));
const secretValue = z.object({ current: key, previous: z.nullish(key), next: z.nullish(key) });

/** Milliseconds: between two reads that succeed, and after one that failed. */
const patience = { read: 5 * 60_000, failed: 1000 };

type From = { client: SecretsManagerClient; secretArn: string; now: () => Date };

/**
 * Reads the secret once. It is JSON: `current` mints, `previous` and `next` are accepted too; docs/operations.md tells how to rotate.
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
  let value = await read();
  let readAt = clock();
  let failedAt = Number.NEGATIVE_INFINITY;
  return {
    held: () => value,
    renewed: async () => {
      if (clock() - readAt < patience.read) return undefined;
      if (clock() - failedAt < patience.failed) throw new Error('the secret could not be read a moment ago');
      failedAt = clock();
      value = await read();
      readAt = clock();
      return value;
    },
  };
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
