import { callbackKinds, callbackUrl, isCallbackKind } from '../../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { parseOptions, toJson } from '../arguments.ts';
import type { Environment } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { baseUrl, currentKey, localRunUrl, relayOptions, relayOptionsHelp } from '../relay-address.ts';

const usage = `klarna-relay url <kind> <payment> [options]

Prints the URL to hand to Klarna for one kind of callback of one payment.

Arguments
  kind          ${callbackKinds.join(', ')}
  payment       1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first

Options
${relayOptionsHelp}  --json        print {"kind", "payment", "url"}

Exit code: 0 printed, 1 the local run or the secret cannot be read, 2 misuse.

Examples
  klarna-relay url status_update order-1001
  klarna-relay url push order-1001 --base https://relay.shop.example \\
    --secret KlarnaRelayCallbacks
`;

export async function url(args: string[], env: Environment): Promise<string> {
  const { values, positionals } = parseOptions(args, relayOptions);
  if (values.help) return usage;
  const [kind = '', name = '', ...more] = positionals;
  if (!isCallbackKind(kind)) throw new Misuse(`kind: ${kind || 'missing'}; one of ${callbackKinds.join(', ')}`);
  const payment = paymentId(name);
  if (!payment || more.length > 0) throw new Misuse('payment: give one, 1 to 64 of A-Z a-z 0-9 . _ -');
  const base = baseUrl(values, env);
  const minted = base
    ? callbackUrl({ base, kind, payment, key: await currentKey(values, env) })
    : await askLocalRun({ kind, payment, run: localRunUrl(env) });
  return values.json ? toJson({ kind, payment, url: minted }) : `${minted}\n`;
}

async function askLocalRun({ kind, payment, run }: Record<'kind' | 'payment' | 'run', string>): Promise<string> {
  const route = `${run}/local/url`;
  const answer = await fetch(route, { method: 'POST', body: JSON.stringify({ kind, payment }) }).catch(() => undefined);
  if (!answer?.ok) throw new Error(`no local run answers at ${route}: npm start, or name a deployment with --base`);
  const { url } = (await answer.json()) as { url: string };
  return url;
}
