import { parseArgs } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseKeys } from '../lambdas/aws/secrets.ts';
import { callbackUrl, isKind, kinds, paymentId } from '../lambdas/klarna/genuine.ts';
import { Misuse } from './misuse.ts';

type Environment = Record<string, string | undefined>;

const usage = `klarna-relay url <kind> <payment> [--base URL] [--secret ID] [--json]

  kind          ${kinds.join(', ')}
  payment       1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first

  --base URL    the relay's address, as the stack's output CallbackBase shows it (or KLARNA_RELAY_BASE);
                without it the local run at 127.0.0.1:4600 (or PORT) is asked
  --secret ID   name or ARN of the callback secret in AWS Secrets Manager, read with your AWS credentials;
                or its value, or the key alone, in KLARNA_RELAY_KEY
  --json        {"kind", "payment", "url"} instead of the URL alone
`;

/** Mints one callback URL: with the key of a deployment, or by asking the local run. */
export async function url(words: string[], env: Environment): Promise<string> {
  const { values, positionals } = read(words);
  if (values.help) return usage;
  const [kind = '', name = '', ...more] = positionals;
  if (!isKind(kind)) throw new Misuse(`kind: ${kind || 'missing'}; one of ${kinds.join(', ')}`);
  const payment = paymentId(name);
  if (!payment || more.length > 0) throw new Misuse('payment: 1 to 64 of A-Z a-z 0-9 . _ - are needed');
  const base = (values.base ?? env.KLARNA_RELAY_BASE)?.replace(/\/+$/, '');
  const minted = base
    ? callbackUrl({ base, kind, payment, key: await keyFor({ secret: values.secret, env }) })
    : await askLocalRun({ kind, payment, port: env.PORT ?? '4600' });
  return values.json ? `${JSON.stringify({ kind, payment, url: minted })}\n` : `${minted}\n`;
}

function read(args: string[]) {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const };
  try {
    return parseArgs({ args, allowPositionals: true, options: { base: text, secret: text, json: flag, help: flag } });
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : 'arguments');
  }
}

async function keyFor({ secret, env }: { secret: string | undefined; env: Environment }): Promise<string> {
  if (!secret && !env.KLARNA_RELAY_KEY) throw new Misuse('--secret or KLARNA_RELAY_KEY is needed beside --base');
  const key = env.KLARNA_RELAY_KEY ?? '';
  if (!secret) return key.startsWith('{') ? parseKeys(key).current : key;
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secret }));
  return parseKeys(answer.SecretString ?? '').current;
}

async function askLocalRun({ kind, payment, port }: Record<'kind' | 'payment' | 'port', string>): Promise<string> {
  const local = `http://127.0.0.1:${port}/local/url`;
  const answer = await fetch(local, { method: 'POST', body: JSON.stringify({ kind, payment }) }).catch(() => undefined);
  if (!answer?.ok) throw new Error(`no local run answers at ${local}: npm start, or name a deployment with --base`);
  const { url } = (await answer.json()) as { url: string };
  return url;
}
