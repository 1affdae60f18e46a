import { paymentId } from '../../lambdas/payment/payment-id.ts';
import * as z from 'zod/mini';

import { localTarget } from '../../stories/local-target.ts';
import { type Environment, nobody, type Terminal } from '../command.ts';
import { deployedTarget } from '../deployed-target.ts';
import { keptChanges } from '../saved-changes.ts';
import { Misuse } from '../misuse.ts';
import { Unmet } from '../unmet.ts';
import { baseOf, localRunOf } from '../relay-address.ts';
import { asJson, text, wordsOf } from '../arguments.ts';

const usage = `klarna-relay status <payment> [--base URL] [--json]

Shows how a payment stands: its stage, its changes, and what the relay owes it next. Never a token.

  --base URL    the relay's address (or KLARNA_RELAY_BASE), asked with your AWS credentials, which need execute-api:Invoke;
                without it the local run at 127.0.0.1:4600 (or PORT) is asked
  --json        GET /payments/{payment} as it is

Exit code: 0 found, 1 unknown or refused, 2 misuse.

Examples
  klarna-relay status order-1001
  klarna-relay status order-1001 --base https://relay.shop.example --json | jq .stage
`;

const view = z.looseObject({
  payment: z.string(),
  stage: z.string(),
  flow: z.nullish(z.string()),
  session: z.nullish(z.object({ status: z.string(), final: z.boolean() })),
  money: z.nullish(z.record(z.string(), z.union([z.string(), z.number()]))),
  references: z.optional(z.record(z.string(), z.string())),
  conflicts: z.array(z.looseObject({ word: z.optional(z.string()), doubt: z.optional(z.string()) })),
  owed: z.nullish(z.object({ does: z.string(), at: z.string() })),
});

/** Shows one payment as its merchant sees it. */
export async function status(words: string[], env: Environment, _terminal: Terminal = nobody()): Promise<string> {
  const { values, positionals } = wordsOf(words, { base: text });
  if (values.help) return usage;
  const payment = paymentId(positionals[0] ?? '');
  if (!payment || positionals.length > 1) throw new Misuse('payment: one, of 1 to 64 of A-Z a-z 0-9 . _ -');
  const base = baseOf(values, env);
  const target = base ? deployedTarget({ base, key: '' }) : await localTarget(localRunOf(env));
  const response = await target.merchant('GET', `/payments/${payment}`);
  const body: unknown = await response.json().catch(() => ({}));
  const report = values.json ? asJson(body) : '';
  if (response.status === 404) throw new Unmet(report, `payment ${payment} is unknown at ${target.url}`);
  if (!response.ok)
    throw new Unmet(report, `${target.url} answers ${response.status}: ${reasons[response.status] ?? 'see its log'}`);
  return values.json ? report : shown(body);
}

const reasons: Record<number, string> = {
  403: 'these AWS credentials may not execute-api:Invoke it',
  429: 'too many requests, try again',
};

function shown(body: unknown): string {
  const { payment, stage, flow, session, money, references, conflicts, owed } = view.parse(body);
  const lines: [string, string | undefined][] = [
    ['payment', payment],
    ['stage', stage],
    ['flow', flow ?? undefined],
    ['session', session ? `${session.status}${session.final ? ', final' : ''}` : undefined],
    ['money', pairs(money)],
    ['references', pairs(references)],
    ['conflicts', conflicts.length > 0 ? conflicts.map(({ word, doubt }) => word ?? doubt).join(', ') : undefined],
    ['owed', owed ? `${owed.does} at ${owed.at}` : 'nothing'],
  ];
  const told = lines.filter(([, value]) => value !== undefined).map(([name, value]) => `${name.padEnd(11)} ${value}\n`);
  return `${told.join('')}\n${keptChanges(body)
    .map((change) => `${change}\n`)
    .join('')}`;
}

const pairs = (of: Record<string, string | number> | null | undefined) =>
  of
    ? Object.entries(of)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ') || undefined
    : undefined;
