import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { callbackUrl, isCallbackKind, callbackKinds } from '../../lambdas/klarna/inbound/callback-url.ts';
import type { Environment } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { baseOf, keyOf, localRunOf, whereHelp } from '../relay-address.ts';
import { asJson, deployment, wordsOf } from '../arguments.ts';

const usage = `klarna-relay url <kind> <payment> [--base URL] [--secret ID] [--json]

Mints the callback URL to hand to Klarna for one kind of callback of one payment.

  kind          ${callbackKinds.join(', ')}
  payment       1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first

${whereHelp}  --json        {"kind", "payment", "url"} instead of the URL alone

Examples
  klarna-relay url status_update order-1001
  klarna-relay url push order-1001 --base https://relay.shop.example --secret KlarnaRelayCallbacks
`;

/** Mints one callback URL: with the key of a deployment, or by asking the local run. */
export async function url(words: string[], env: Environment): Promise<string> {
  const { values, positionals } = wordsOf(words, deployment);
  if (values.help) return usage;
  const [kind = '', name = '', ...more] = positionals;
  if (!isCallbackKind(kind)) throw new Misuse(`kind: ${kind || 'missing'}; one of ${callbackKinds.join(', ')}`);
  const payment = paymentId(name);
  if (!payment || more.length > 0) throw new Misuse('payment: 1 to 64 of A-Z a-z 0-9 . _ - are needed');
  const base = baseOf(values, env);
  const minted = base
    ? callbackUrl({ base, kind, payment, key: await keyOf(values, env) })
    : await askLocalRun({ kind, payment, run: localRunOf(env) });
  return values.json ? asJson({ kind, payment, url: minted }) : `${minted}\n`;
}

async function askLocalRun({ kind, payment, run }: Record<'kind' | 'payment' | 'run', string>): Promise<string> {
  const local = `${run}/local/url`;
  const answer = await fetch(local, { method: 'POST', body: JSON.stringify({ kind, payment }) }).catch(() => undefined);
  if (!answer?.ok) throw new Error(`no local run answers at ${local}: npm start, or name a deployment with --base`);
  const { url } = (await answer.json()) as { url: string };
  return url;
}
