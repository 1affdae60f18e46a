import { styleText } from 'node:util';
import { askLocalRun } from '../../stories/local-target.ts';
import { type Environment, nobody, type Terminal } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { Unmet } from '../unmet.ts';
import { localRunOf } from '../relay-address.ts';
import { asJson, text, wordsOf } from '../arguments.ts';
import { awsCalls } from '../doctor/aws-calls.ts';
import { type Body, examineAll } from '../doctor/examination.ts';
import type { Finding } from '../doctor/finding.ts';
import { partsIn, stackResources } from '../doctor/resources.ts';

const usage = `klarna-relay doctor [--stack NAME] [--base URL] [--json]

Examines a deployment, and changes nothing: callback keys, Klarna's credentials, whether Klarna knows them, who listens to the bus,
dead letters, streams, schedule, clocks.

  --stack NAME  the CloudFormation stack that holds the relay (or KLARNA_RELAY_STACK), read with your AWS credentials in your
                region; without it the local run at 127.0.0.1:4600 (or PORT) is examined
  --base URL    the relay's address, where it has a domain of its own (or KLARNA_RELAY_BASE)
  --json        {"ok", "findings": [{"check", "state", "says"}]}; state is ok, warning, failed or skipped

What your credentials may not read is skipped and said to be. They need: cloudformation:ListStackResources,
secretsmanager:GetSecretValue, events:ListRules and ListTargetsByRule, sqs:GetQueueAttributes, lambda:GetEventSourceMapping,
scheduler:GetSchedule.

Exit code: 0 nothing failed, 1 something did, 2 misuse.

Examples
  klarna-relay doctor --stack KlarnaRelay
  klarna-relay doctor --stack KlarnaRelay --json | jq '.findings[] | select(.state != "ok")'
`;

/** Examines a deployment or the local run. */
export async function doctor(words: string[], env: Environment, terminal: Terminal = nobody()): Promise<string> {
  const { values, positionals } = wordsOf(words, { stack: text, base: text });
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: --stack NAME names what is to be examined`);
  const stack = values.stack ?? env.KLARNA_RELAY_STACK;
  const base = (values.base ?? env.KLARNA_RELAY_BASE)?.replace(/\/+$/, '');
  const body = stack ? await deployment({ stack, base }, env) : await localRun(env);
  const findings = await examineAll(body);
  const bad = findings.filter(({ state }) => state === 'failed');
  const report = values.json ? asJson({ ok: bad.length === 0, findings }) : shown(findings, terminal.colours);
  if (bad.length === 0) return report;
  throw new Unmet(report, `${bad.map(({ check }) => check).join(', ')}: not as it should be`);
}

async function deployment(
  { stack, base }: { stack: string; base: string | undefined },
  env: Environment,
): Promise<Body> {
  const aws = awsCalls({ endpoint: env.AWS_ENDPOINT_URL });
  const resources = await stackResources(aws, stack);
  const [api] = partsIn(resources, 'api');
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const own = api && region ? `https://${api.name}.execute-api.${region}.amazonaws.com` : undefined;
  return { aws, resources, base: base ?? own, klarnaUrl: env.KLARNA_API_URL, excuse: undefined };
}

async function localRun(env: Environment): Promise<Body> {
  const base = localRunOf(env);
  const { klarna_url: klarnaUrl, aws_url: endpoint, resources } = await askLocalRun(base);
  const credentials = { accessKeyId: 'doctor', secretAccessKey: 'local' };
  return {
    aws: awsCalls({ endpoint, credentials, region: 'eu-central-1' }),
    resources,
    base,
    klarnaUrl,
    excuse: 'the local run has none that can be asked',
  };
}

const marks = { ok: ['✓', 'green'], warning: ['!', 'yellow'], failed: ['✗', 'red'], skipped: ['–', 'dim'] } as const;

function shown(findings: Finding[], colours: boolean): string {
  const widest = Math.max(...findings.map(({ check }) => check.length));
  const line = ({ check, state, says }: Finding) => {
    const [mark, colour] = marks[state];
    const painted = colours ? styleText(colour, mark, { validateStream: false }) : mark;
    return `${painted} ${check.padEnd(widest)}  ${says}\n`;
  };
  return findings.map(line).join('');
}
