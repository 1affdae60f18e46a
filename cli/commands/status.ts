import * as z from 'zod/mini';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { localTarget } from '../../stories/local-target.ts';
import { parseOptions, textOption, toJson } from '../arguments.ts';
import { type Environment, silentTerminal, type Terminal } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { deployedTarget } from '../deployed-target.ts';
import { Misuse } from '../misuse.ts';
import { baseUrl, localRunUrl } from '../relay-address.ts';
import { savedChanges } from '../saved-changes.ts';
import { wrap } from '../wrap.ts';

const usage = `klarna-relay status <payment> [options]

Shows one payment: its stage, its changes and its next task. Never a token.

Options
  --base URL    the relay's address (or KLARNA_RELAY_BASE), called with your AWS
                credentials, which need execute-api:Invoke; by default the
                local run at 127.0.0.1:4600 (or PORT)
  --json        print the answer of GET /payments/{payment}

Exit code: 0 found, 1 unknown or refused, 2 misuse.

Examples
  klarna-relay status order-1001
  klarna-relay status order-1001 --base https://relay.shop.example
  klarna-relay status order-1001 --json | jq .stage
`;

const paymentView = z.looseObject({
  payment: z.string(),
  stage: z.string(),
  flow: z.nullish(z.string()),
  session: z.nullish(z.object({ status: z.string(), final: z.boolean() })),
  money: z.nullish(z.record(z.string(), z.union([z.string(), z.number()]))),
  references: z.optional(z.record(z.string(), z.string())),
  conflicts: z.array(z.looseObject({ word: z.optional(z.string()), doubt: z.optional(z.string()) })),
  next_task: z.nullish(z.object({ kind: z.string(), due_at: z.string() })),
});

export async function status(
  args: string[],
  env: Environment,
  _terminal: Terminal = silentTerminal(),
): Promise<string> {
  const { values, positionals } = parseOptions(args, { base: textOption });
  if (values.help) return usage;
  const payment = paymentId(positionals[0] ?? '');
  if (!payment || positionals.length > 1) throw new Misuse('payment: give one, 1 to 64 of A-Z a-z 0-9 . _ -');
  const base = baseUrl(values, env);
  const target = base ? deployedTarget({ base, key: '' }) : await localTarget(localRunUrl(env));
  const response = await target.merchant('GET', `/payments/${payment}`);
  const body: unknown = await response.json().catch(() => ({}));
  const report = values.json ? toJson(body) : '';
  if (response.status === 404) throw new CommandFailure(report, `payment ${payment} is unknown at ${target.url}`);
  if (!response.ok) {
    const reason = reasons[response.status] ?? 'see its log';
    throw new CommandFailure(report, `${target.url} answers ${response.status}: ${reason}`);
  }
  return values.json ? report : toText(body);
}

const reasons: Record<number, string> = {
  403: 'your AWS credentials do not allow execute-api:Invoke',
  429: 'too many requests, try again',
};

function toText(body: unknown): string {
  const { payment, stage, flow, session, money, references, conflicts, next_task: task } = paymentView.parse(body);
  const rows: [string, string[]][] = [
    ['payment', [payment]],
    ['stage', [stage]],
    ['flow', flow ? [flow] : []],
    ['session', session ? [session.status, ...(session.final ? ['final'] : [])] : []],
    ['money', fields(money)],
    ['references', fields(references)],
    ['conflicts', conflicts.flatMap(({ word, doubt }) => word ?? doubt ?? [])],
    ['next task', [task ? `${task.kind} at ${task.due_at}` : 'none']],
  ];
  const summary = rows.flatMap(([name, values]) =>
    values.length > 0 ? [wrap(`${name.padEnd(11)} `, withCommas(values))] : [],
  );
  const changes = savedChanges(body).map(([type, ...cells]) => wrap(`${type} `, cells));
  return [...summary, '', ...changes, ''].join('\n');
}

const fields = (values: Record<string, string | number> | null | undefined): string[] =>
  Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`);

const withCommas = (values: string[]): string[] =>
  values.map((value, index) => (index < values.length - 1 ? `${value},` : value));
