import { afterEach, describe, expect, test, vi } from 'vitest';
import { CommandFailure } from '../../../cli/command-failure.ts';
import { trigger } from '../../../cli/commands/trigger.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { startLocalRun } from '../local-run.ts';

const local = startLocalRun();
afterEach(() => vi.unstubAllEnvs());

test('it shows each request and each change, and that all went as documented', async () => {
  const text = await local.run(trigger, ['declined']);
  expect(text).toMatch(/^declined: Klarna declines/);
  expect(text).toMatch(/→ Klarna +status_update: FAILED +200\n.*← Payment Status Changed +#2 +FAILED/);
  expect(text).toMatch(/as documented: .*, payment declined-\w{8}\n$/);
});

test('--json is an array with the payments, the answers and the changes of each story', async () => {
  expect(JSON.parse(await local.run(trigger, ['forged-secret', 'late', '--json']))).toEqual([
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

test('--list prints the stories, with --json their documented changes', async () => {
  expect(await local.run(trigger, ['--list'])).toContain('For any relay\n  approved ');
  expect(JSON.parse(await local.run(trigger, ['--list', '--json']))).toContainEqual(
    expect.objectContaining({ name: 'approved', publishes: expect.any(Array) }),
  );
});

test('a story that does not go as documented is reported, and is a failure', async () => {
  const wrongKey = { KLARNA_RELAY_KEY: 'x'.repeat(43) };
  const error = await local.failureOf(trigger, ['approved', '--base', local.url(), '--json'], wrongKey);
  expect(error).toBeInstanceOf(CommandFailure);
  expect(error.message).toBe('approved: not as documented');
  expect(JSON.parse(error instanceof CommandFailure ? error.report : '')).toMatchObject([
    {
      answers: [401, 401],
      problems: ['IN_PROGRESS', 'COMPLETED'].map((word) => `Klarna status_update: ${word}: answered 401, expected 200`),
    },
  ]);
});

test.each([
  { args: [], message: 'story: which one?' },
  { args: ['lat'], message: 'no story lat; did you mean late' },
  { args: ['dance'], message: 'no story dance' },
  { args: ['--lost'], message: '--lost' },
  { args: ['whole-road', '--base', 'https://r.example'], message: 'whole-road needs the emulated Klarna' },
  { args: ['approved', '--base', 'https://r.example'], message: '--secret or KLARNA_RELAY_KEY' },
])('$args is refused by name', async ({ args, message }) => {
  const error = await local.failureOf(trigger, args);
  expect(error).toBeInstanceOf(Misuse);
  expect(error.message).toContain(message);
});

test('without a local run the error names a way out', async () => {
  expect((await local.failureOf(trigger, ['approved'], { PORT: '1' })).message).toContain('klarna-relay start');
});

describe('for a deployment', () => {
  const stories = ['declined-then-approved', 'unknown-word', 'wrong-kind', 'forged-secret'];
  const play = async (more: Record<string, string>) => {
    const key = { KLARNA_RELAY_KEY: await local.callbackSecret() };
    return JSON.parse(await local.run(trigger, [...stories, '--base', local.url(), '--json'], { ...key, ...more }));
  };
  const all = (checked: string) => stories.map((name) => ({ name, checked, problems: [] }));

  test('with AWS credentials the saved changes are compared', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
    for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
    expect(await play(credentials)).toMatchObject(all('changes'));
  });

  test('without them the stage that its status URL shows is compared', async () => {
    expect(await play({})).toMatchObject(all('stage'));
  });
});
