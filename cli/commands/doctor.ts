import { styleText } from 'node:util';
import { readLocalRun } from '../../stories/local-target.ts';
import { parseOptions, textOption, toJson } from '../arguments.ts';
import { type Environment, silentTerminal, type Terminal } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { awsCalls } from '../doctor/aws-calls.ts';
import { type CheckedRelay, runChecks } from '../doctor/checks.ts';
import type { Finding } from '../doctor/finding.ts';
import { partsIn, stackResources } from '../doctor/resources.ts';
import { Misuse } from '../misuse.ts';
import { baseUrl, localRunUrl } from '../relay-address.ts';
import { wrap } from '../wrap.ts';

const usage = `klarna-relay doctor [options]

Checks a deployment and changes nothing: callback keys, Klarna's credentials,
subscribers, dead letters, streams, schedule and clocks.

Options
  --stack NAME  the CloudFormation stack of the relay (or KLARNA_RELAY_STACK),
                read with your AWS credentials in your region; by default the
                local run at 127.0.0.1:4600 (or PORT)
  --base URL    the relay's address, if it has its own domain
                (or KLARNA_RELAY_BASE)
  --json        print {"ok", "findings": [{"check", "state", "detail"}]};
                state is ok, warning, failed or skipped

A check that your credentials do not allow is skipped. They need
cloudformation:ListStackResources, secretsmanager:GetSecretValue,
events:ListRules, events:ListTargetsByRule, sqs:GetQueueAttributes,
lambda:GetEventSourceMapping and scheduler:GetSchedule.

Exit code: 0 no check failed, 1 a check failed, 2 misuse.

Examples
  klarna-relay doctor --stack KlarnaRelay
  klarna-relay doctor --json | jq '.findings[] | select(.state != "ok")'
`;

export async function doctor(args: string[], env: Environment, terminal: Terminal = silentTerminal()): Promise<string> {
  const { values, positionals } = parseOptions(args, { stack: textOption, base: textOption });
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: name the stack with --stack NAME`);
  const stack = values.stack ?? env.KLARNA_RELAY_STACK;
  const relay = stack ? await deployedRelay({ stack, base: baseUrl(values, env) }, env) : await localRelay(env);
  const findings = await runChecks(relay);
  const failed = findings.filter(({ state }) => state === 'failed');
  const report = values.json ? toJson({ ok: failed.length === 0, findings }) : toText(findings, terminal.colours);
  if (failed.length === 0) return report;
  throw new CommandFailure(report, `failed: ${failed.map(({ check }) => check).join(', ')}`);
}

async function deployedRelay(
  { stack, base }: { stack: string; base: string | undefined },
  env: Environment,
): Promise<CheckedRelay> {
  const aws = awsCalls({ endpoint: env.AWS_ENDPOINT_URL });
  const resources = await stackResources(aws, stack);
  const [api] = partsIn(resources, 'api');
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const apiUrl = api && region ? `https://${api.name}.execute-api.${region}.amazonaws.com` : undefined;
  return { aws, resources, base: base ?? apiUrl, klarnaUrl: env.KLARNA_API_URL, missingPartsReason: undefined };
}

async function localRelay(env: Environment): Promise<CheckedRelay> {
  const base = localRunUrl(env);
  const { klarna_url: klarnaUrl, aws_url: endpoint, resources } = await readLocalRun(base);
  const credentials = { accessKeyId: 'doctor', secretAccessKey: 'local' };
  return {
    aws: awsCalls({ endpoint, credentials, region: 'eu-central-1' }),
    resources,
    base,
    klarnaUrl,
    missingPartsReason: 'not checked: the local run does not offer it',
  };
}

const marks = { ok: ['✓', 'green'], warning: ['!', 'yellow'], failed: ['✗', 'red'], skipped: ['–', 'dim'] } as const;

function toText(findings: Finding[], colours: boolean): string {
  const widest = Math.max(...findings.map(({ check }) => check.length));
  const entries = findings.map(({ check, state, detail }) => {
    const [mark, colour] = marks[state];
    const painted = colours ? styleText(colour, mark, { validateStream: false }) : mark;
    return wrap(`${painted} ${check.padEnd(widest)}  `, detail);
  });
  return `${entries.join('\n')}\n`;
}
