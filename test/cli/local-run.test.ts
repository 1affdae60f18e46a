import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Command, silentTerminal } from '../../cli/command.ts';
import { CommandFailure } from '../../cli/command-failure.ts';
import { doctor } from '../../cli/commands/doctor.ts';
import { events } from '../../cli/commands/events.ts';
import { status } from '../../cli/commands/status.ts';
import { trigger } from '../../cli/commands/trigger.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from '../support/engines/template.ts';

/** The commands together: stories are played to one local run, and the other commands show what came of them. */
let relay: Relay;
let env: { PORT: string };
beforeAll(async () => {
  relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  env = { PORT: new URL(relay.url).port };
});
afterAll(() => relay.stop());
afterEach(() => vi.unstubAllEnvs());

/** What a command prints while it runs and when it ends. */
async function run(command: Command, args: string[], more: Record<string, string> = {}): Promise<string> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(`${text}\n`);
  const result = await command(args, { ...env, ...more }, { ...silentTerminal(), print });
  return printed.join('') + result;
}

/** The error with which a command fails. */
const failureOf = (command: Command, args: string[], more: Record<string, string> = {}): Promise<Error> =>
  run(command, args, more).then(
    (text) => Promise.reject(new Error(`the command succeeded: ${text}`)),
    (error: Error) => error,
  );

/** Plays a story and gives its last payment. */
async function play(story: string): Promise<string> {
  const [{ payments }] = JSON.parse(await run(trigger, [story, '--json']));
  return payments.at(-1);
}

/** The value of the callback secret. */
async function callbackSecret(): Promise<string> {
  const { aws_url, resources } = (await (await fetch(`${relay.url}/local/run`)).json()) as {
    aws_url: string;
    resources: { id: string; name: string }[];
  };
  const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const SecretId = resources.find(({ id }) => id.includes('CallbackSecret'))?.name;
  const answer = await fetch(aws_url, { method: 'POST', headers, body: JSON.stringify({ SecretId }) });
  return ((await answer.json()) as { SecretString: string }).SecretString;
}

describe('trigger', () => {
  test('prints each request and each change, and that all went as documented', async () => {
    const text = await run(trigger, ['declined']);
    expect(text).toMatch(/^declined: Klarna declines/);
    expect(text).toMatch(/→ Klarna +status_update: FAILED +200\n.*← Payment Status Changed +#2 +FAILED/);
    expect(text).toMatch(/as documented: .*, payment declined-\w{8}\n$/);
  });

  test('--json is an array with the payments, the answers and the changes of each story', async () => {
    expect(JSON.parse(await run(trigger, ['forged-secret', 'late', '--json']))).toEqual([
      {
        name: 'forged-secret',
        payments: [expect.stringMatching(/^forged-secret-/)],
        answers: [401],
        published: [],
        checked: 'events',
        problems: [],
      },
      {
        name: 'late',
        payments: [expect.stringMatching(/^late-/)],
        answers: [200, 200, 200],
        published: [['Payment Stage Changed', '#1', 'COMPLETED', 'SUCCESS/SUCCEEDED', 'created → authorized, final']],
        checked: 'events',
        problems: [],
      },
    ]);
  });

  test('a story that does not go as documented is reported, and is a failure', async () => {
    const wrongKey = { KLARNA_RELAY_KEY: 'x'.repeat(43) };
    const error = await failureOf(trigger, ['approved', '--base', relay.url, '--json'], wrongKey);
    expect(error).toBeInstanceOf(CommandFailure);
    expect(error.message).toBe('approved: not as documented');
    expect(JSON.parse(error instanceof CommandFailure ? error.report : '')).toMatchObject([
      {
        answers: [401, 401],
        problems: ['IN_PROGRESS', 'COMPLETED'].map(
          (word) => `Klarna status_update: ${word}: answered 401, expected 200`,
        ),
      },
    ]);
  });
});

describe('trigger for a deployment', () => {
  const stories = ['declined-then-approved', 'unknown-word', 'wrong-kind', 'forged-secret'];
  const playAll = async (more: Record<string, string>) => {
    const key = { KLARNA_RELAY_KEY: await callbackSecret() };
    return JSON.parse(await run(trigger, [...stories, '--base', relay.url, '--json'], { ...key, ...more }));
  };
  const all = (checked: string) => stories.map((name) => ({ name, checked, problems: [] }));

  test('compares the saved changes if it has AWS credentials', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
    for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
    expect(await playAll(credentials)).toMatchObject(all('changes'));
  });

  test('compares the stage at the status URL if it has none', async () => {
    expect(await playAll({})).toMatchObject(all('stage'));
  });
});

describe('events', () => {
  test('--past prints the events of one payment, in columns or as JSON', async () => {
    const payment = await play('declined');
    const args = ['--past', '--payment', payment];
    expect((await run(events, args)).match(/← .*?#\d/g)).toEqual([
      expect.stringMatching(/^← Payment Stage Changed +#1$/),
      expect.stringMatching(/^← Payment Status Changed +#2$/),
    ]);
    const lines = (await run(events, [...args, '--json'])).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { source: 'klarna-relay', detail: { paymentId: payment, sequence: 1 } },
      { source: 'klarna-relay', detail: { paymentId: payment, sequence: 2 } },
    ]);
  });

  test('follows what is published until it is stopped', async () => {
    const stopped = new AbortController();
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const following = events(['--json'], env, { ...silentTerminal(), print, stopped: stopped.signal });
    const payment = await play('approved');
    while (printed.filter((event) => event.includes(payment)).length < 2) await pause(5);
    stopped.abort();
    expect(await following).toBe('');
  });
});

describe('status', () => {
  test('shows the stage, the money and every change of a payment', async () => {
    const payment = await play('two-steps');
    const text = await run(status, [payment]);
    expect(text).toMatch(/^payment +\S+\nstage +captured\nflow +authorize\nsession +COMPLETED, final\n/);
    expect(text).toContain('captured_amount 10000');
    expect(text).toMatch(/Payment Stage Changed #6 SUCCESS SUCCESS\/SUCCEEDED ordered → captured\n$/);
    expect(JSON.parse(await run(status, [payment, '--json']))).toMatchObject({ stage: 'captured' });
  });

  test('an unknown payment is a failure', async () => {
    const error = await failureOf(status, ['missing-1']);
    expect(error).toBeInstanceOf(CommandFailure);
    expect(error.message).toMatch(/^payment missing-1 is unknown at http/);
  });
});

test('doctor checks what the local run has, and skips the rest', async () => {
  const { ok, findings } = JSON.parse(await run(doctor, ['--json']));
  expect(ok).toBe(true);
  expect(findings.map(({ check, state }: Record<string, string>) => `${check}: ${state}`)).toEqual([
    'callback keys: ok',
    'keys in use: ok',
    'accounts: ok',
    'Klarna, default: ok',
    'clocks: ok',
    'subscribers: skipped',
    'dead letters: skipped',
    'streams: skipped',
    'schedule: skipped',
  ]);
  expect(JSON.stringify(findings)).not.toContain(JSON.parse(await callbackSecret()).current);
});
