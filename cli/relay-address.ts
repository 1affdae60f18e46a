import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseKeys } from '../lambdas/aws/secrets.ts';
import type { Environment } from './command.ts';
import { Misuse } from './misuse.ts';

/** What the help of a command says of the two places that it may speak to. */
export const whereHelp = `
  --base URL    the relay's address, as the stack's output CallbackBase shows it (or KLARNA_RELAY_BASE);
                without it the local run at 127.0.0.1:4600 (or PORT) is asked
  --secret ID   name or ARN of the callback secret in AWS Secrets Manager, read with your AWS credentials;
                or its value, or the key alone, in KLARNA_RELAY_KEY
`.slice(1);

/** The address of a deployment without a trailing slash; undefined means the local run. */
export const baseOf = ({ base }: { base?: string | undefined }, env: Environment): string | undefined =>
  (base ?? env.KLARNA_RELAY_BASE)?.replace(/\/+$/, '') || undefined;

export const localRunOf = (env: Environment): string => `http://127.0.0.1:${env.PORT || 4600}`;

/** The key that mints. @throws Misuse when nobody told where it is */
export async function keyOf({ secret }: { secret?: string | undefined }, env: Environment): Promise<string> {
  if (!secret && !env.KLARNA_RELAY_KEY) throw new Misuse('--secret or KLARNA_RELAY_KEY is needed beside --base');
  const key = env.KLARNA_RELAY_KEY ?? '';
  if (!secret) return key.startsWith('{') ? parseKeys(key).current : key;
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secret }));
  return parseKeys(answer.SecretString ?? '').current;
}
