import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseKeys } from '../lambdas/aws/secrets.ts';
import { textOption } from './arguments.ts';
import type { Environment } from './command.ts';
import { Misuse } from './misuse.ts';

/** Options of the commands that call a relay under a callback URL. */
export const relayOptions = { base: textOption, secret: textOption } as const;

export const relayOptionsHelp = `
  --base URL    the relay's address, which the stack outputs as CallbackBase (or
                KLARNA_RELAY_BASE); by default the local run at 127.0.0.1:4600
                (or PORT)
  --secret ID   name or ARN of the callback secret in AWS Secrets Manager, read
                with your AWS credentials; or set KLARNA_RELAY_KEY to its value
                or to its current key
`.slice(1);

/** The address of a deployment without a trailing slash; undefined means the local run. */
export const baseUrl = ({ base }: { base?: string | undefined }, env: Environment): string | undefined =>
  (base ?? env.KLARNA_RELAY_BASE)?.replace(/\/+$/, '') || undefined;

export const localRunUrl = (env: Environment): string => `http://127.0.0.1:${env.PORT || 4600}`;

/** The current key of the callback secret. @throws Misuse when neither --secret nor KLARNA_RELAY_KEY is given */
export async function currentKey({ secret }: { secret?: string | undefined }, env: Environment): Promise<string> {
  if (!secret && !env.KLARNA_RELAY_KEY) throw new Misuse('--base needs --secret or KLARNA_RELAY_KEY');
  const key = env.KLARNA_RELAY_KEY ?? '';
  if (!secret) return key.startsWith('{') ? parseKeys(key).current : key;
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secret }));
  return parseKeys(answer.SecretString ?? '').current;
}
