import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

/** The keys of the callback URLs: held for the container's life, read again when a rotation may explain a failed proof. */
export type CallbackKeys = {
  held: () => string[];
  /**
   * The keys read anew, or `undefined` when they were read less than five minutes ago: forgeries cost no calls.
   * @throws while the secret cannot be read: then nobody can say what is forged, and Klarna has to try again
   */
  renewed: () => Promise<string[] | undefined>;
};

const key = z.string().check(z.minLength(32));
const secretValue = z.object({ current: key, previous: z.nullish(key), next: z.nullish(key) });

/** Milliseconds: between two reads that succeed, and after one that failed. */
const patience = { read: 5 * 60_000, failed: 1000 };

/**
 * Reads the secret once. It is JSON: `current` mints, `previous` and `next` are accepted too; docs/operations.md tells how to rotate.
 * @throws when the secret cannot be read or has no `current` of 32 characters or more; the message never quotes it
 */
export async function callbackKeys(from: {
  client: SecretsManagerClient;
  secretArn: string;
  now: () => Date;
}): Promise<CallbackKeys> {
  const clock = () => from.now().getTime();
  let keys = await readKeys(from);
  let readAt = clock();
  let failedAt = Number.NEGATIVE_INFINITY;
  return {
    held: () => keys,
    renewed: async () => {
      if (clock() - readAt < patience.read) return undefined;
      if (clock() - failedAt < patience.failed) throw new Error('the callback secret could not be read a moment ago');
      failedAt = clock();
      keys = await readKeys(from);
      readAt = clock();
      return keys;
    },
  };
}

async function readKeys({ client, secretArn }: { client: SecretsManagerClient; secretArn: string }): Promise<string[]> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const { current, previous, next } = parseKeys(SecretString ?? '');
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
