import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Command, nobody } from '../../cli/command.ts';
import { doctor } from '../../cli/commands/doctor.ts';
import { events } from '../../cli/commands/events.ts';
import { status } from '../../cli/commands/status.ts';
import { trigger } from '../../cli/commands/trigger.ts';
import { Misuse } from '../../cli/misuse.ts';
import { Unmet } from '../../cli/unmet.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from '../support/template.ts';

let relay: Relay;
let env: Record<string, string>;
beforeAll(async () => {
  relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  env = { PORT: new URL(relay.url).port };
});
afterAll(() => relay.stop());
afterEach(() => vi.unstubAllEnvs());

/** What a command prints while it runs and at its end. */
async function shown(command: Command, words: string[], more: Record<string, string> = {}): Promise<string> {
  const lines: string[] = [];
  const end = await command(words, { ...env, ...more }, { ...nobody(), print: (line) => lines.push(`${line}\n`) });
  return lines.join('') + end;
}

const refusal = (command: Command, words: string[], more: Record<string, string> = {}): Promise<Error> =>
  shown(command, words, more).then(
    (text) => Promise.reject(new Error(`it was not refused: ${text}`)),
    (error: Error) => error,
  );

/** The key that the local run mints with. */
async function callbackKey(): Promise<string> {
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
  test('shows what is done and what comes of it, and that it went as documented', async () => {
    const text = await shown(trigger, ['declined']);
    expect(text).toMatch(/^declined: The shopper is declined/);
    expect(text).toMatch(/→ Klarna +status_update: FAILED +200\n.*← Payment Status Changed +#2 +FAILED/);
    expect(text).toMatch(/as documented: .*, payment declined-\w{8}\n$/);
  });

  test('--json is an array with the payments, the answers and the changes of each story', async () => {
    expect(JSON.parse(await shown(trigger, ['forged-secret', 'late', '--json']))).toEqual([
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

  test('--list --json is an array of at least 25 stories, each with its name, its sentence and its documented changes', async () => {
    const list = JSON.parse(await shown(trigger, ['--list', '--json'])) as Record<string, unknown>[];
    expect(list.length).toBeGreaterThanOrEqual(25);
    const keys = ['name', 'tells', 'needs', 'scenes', 'publishes'].sort();
    expect(list.filter((story) => Object.keys(story).sort().join() !== keys.join())).toEqual([]);
    expect(await shown(trigger, ['--list'])).toContain('For any relay\n  approved ');
  });

  test('what does not go as documented is told, and is no success', async () => {
    const wrong = { KLARNA_RELAY_KEY: 'x'.repeat(43) };
    const error = await refusal(trigger, ['approved', '--base', relay.url, '--json'], wrong);
    expect(error).toBeInstanceOf(Unmet);
    expect(error.message).toBe('approved: not as documented');
    expect(JSON.parse(error instanceof Unmet ? error.report : '')).toMatchObject([
      {
        answers: [401, 401],
        problems: ['IN_PROGRESS', 'COMPLETED'].map(
          (word) => `Klarna status_update: ${word}: answered 401, expected 200`,
        ),
      },
    ]);
  });

  test.each([
    { words: [], names: 'story: which one?' },
    { words: ['lat'], names: 'no story lat; did you mean late' },
    { words: ['dance'], names: 'no story dance' },
    { words: ['--lost'], names: '--lost' },
    { words: ['whole-road', '--base', 'https://r.example'], names: 'whole-road needs the emulated Klarna' },
    { words: ['approved', '--base', 'https://r.example'], names: '--secret or KLARNA_RELAY_KEY' },
  ])('$words is refused by name', async ({ words, names }) => {
    const error = await refusal(trigger, words);
    expect(error).toBeInstanceOf(Misuse);
    expect(error.message).toContain(names);
  });

  test('without a local run the way out is named', async () => {
    expect((await refusal(trigger, ['approved'], { PORT: '1' })).message).toContain('klarna-relay start');
  });
});

describe('trigger, to a deployment', () => {
  const stories = ['declined-then-approved', 'unknown-word', 'wrong-kind', 'forged-secret'];
  const played = async (more: Record<string, string>) => {
    const key = { KLARNA_RELAY_KEY: await callbackKey() };
    return JSON.parse(await shown(trigger, [...stories, '--base', relay.url, '--json'], { ...key, ...more }));
  };
  const all = (checked: string) => stories.map((name) => ({ name, checked, problems: [] }));

  test('with AWS credentials the changes that it keeps are compared', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
    for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
    expect(await played(credentials)).toMatchObject(all('changes'));
  });

  test('without them the stage that its status URL shows', async () => {
    expect(await played({})).toMatchObject(all('stage'));
  });
});

describe('events', () => {
  test('--past shows what was published of one payment, as columns or as whole events', async () => {
    const [{ payments }] = JSON.parse(await shown(trigger, ['declined', '--json']));
    const words = ['--past', '--payment', payments[0]];
    expect((await shown(events, words)).split('\n')).toEqual([
      expect.stringMatching(/← Payment Stage Changed +#1/),
      expect.stringMatching(/← Payment Status Changed +#2/),
      '',
    ]);
    const lines = (await shown(events, [...words, '--json'])).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { source: 'klarna-relay', detail: { paymentId: payments[0], sequence: 1 } },
      { source: 'klarna-relay', detail: { paymentId: payments[0], sequence: 2 } },
    ]);
  });

  test('it follows the stream until it is stopped', async () => {
    const stopped = new AbortController();
    const heard: string[] = [];
    const following = events(['--json'], env, {
      ...nobody(),
      print: (line) => heard.push(line),
      stopped: stopped.signal,
    });
    const [{ payments }] = JSON.parse(await shown(trigger, ['approved', '--json']));
    while (heard.filter((line) => line.includes(payments[0])).length < 2) await pause(5);
    stopped.abort();
    expect(await following).toBe('');
  });
});

describe('status', () => {
  test('shows the stage, the money and every change of a payment', async () => {
    const [{ payments }] = JSON.parse(await shown(trigger, ['two-steps', '--json']));
    const text = await shown(status, [payments.at(-1)]);
    expect(text).toMatch(/^payment +\S+\nstage +captured\nflow +authorize\nsession +COMPLETED, final\n/);
    expect(text).toContain('captured_amount 10000');
    expect(text).toMatch(/Payment Stage Changed #6 SUCCESS SUCCESS\/SUCCEEDED ordered → captured\n$/);
    expect(JSON.parse(await shown(status, [payments.at(-1), '--json']))).toMatchObject({ stage: 'captured' });
  });

  test('an unknown payment is no success', async () => {
    const error = await refusal(status, ['nobody']);
    expect(error).toBeInstanceOf(Unmet);
    expect(error.message).toMatch(/^payment nobody is unknown at http/);
  });

  test.each([[[]], [['a/b']], [['a', 'b']]])('%j is refused by name', async (words: string[]) => {
    expect(await refusal(status, words)).toBeInstanceOf(Misuse);
  });
});

test('doctor examines the local run, and says what it cannot ask', async () => {
  const { ok, findings } = JSON.parse(await shown(doctor, ['--json']));
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
  expect(JSON.stringify(findings)).not.toContain(JSON.parse(await callbackKey()).current);
});
