import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

/** The keys of the callback URLs: held for the container's life, read again when a rotation may explain a failed proof. */
export type CallbackKeys = {
  held: () => string[];
  /** The keys read anew, or `undefined` when they were read less than five minutes ago: forgeries cost no calls. */
  renewed: () => Promise<string[] | undefined>;
};

const key = z.string().check(z.minLength(32));
const secretValue = z.object({ current: key, previous: z.optional(key), next: z.optional(key) });

const patience = 5 * 60_000;

/**
 * Reads the secret once. It is JSON: `current` mints, `previous` and `next` are accepted too; docs/operations.md tells how to rotate.
 * @throws when the secret cannot be read or has no `current` of 32 characters or more; the message never quotes it
 */
export async function callbackKeys(from: {
  client: SecretsManagerClient;
  secretArn: string;
  now: () => Date;
}): Promise<CallbackKeys> {
  let readAt = from.now().getTime();
  let keys = await readKeys(from);
  return {
    held: () => keys,
    renewed: async () => {
      if (from.now().getTime() - readAt < patience) return undefined;
      readAt = from.now().getTime();
      keys = await readKeys(from);
      return keys;
    },
  };
}

async function readKeys({ client, secretArn }: { client: SecretsManagerClient; secretArn: string }): Promise<string[]> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const { current, previous, next } = parseKeys(SecretString ?? '');
  return [current, previous, next].filter((key) => key !== undefined);
}

/** The value of the callback secret. @throws without quoting it */
export function parseKeys(text: string): z.infer<typeof secretValue> {
  try {
    return secretValue.parse(JSON.parse(text));
  } catch {
    throw new Error('the callback secret is not JSON with a `current` of at least 32 characters');
  }
}
