import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKlarna } from '../../emulator/emulator.ts';
import { close, listen } from '../../local/gateway/listen.ts';
import { type Child, runNode } from '../support/harness/node-process.ts';

const TMPDIR = mkdtempSync(join(tmpdir(), 'klarna-relay-test-'));
const closers: (() => unknown)[] = [() => rmSync(TMPDIR, { recursive: true })];
afterAll(async () => {
  for (const closing of closers.reverse()) await closing();
});

function start(args: string[], env: Record<string, string> = {}): Child {
  const child = runNode('local/start.ts', args, { PORT: '0', TMPDIR, ...env });
  closers.push(() => {
    child.process.kill('SIGKILL');
    return child.ended;
  });
  return child;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('--once', () => {
  let child: Child;
  beforeAll(async () => {
    child = start(['--once']);
    await child.ended;
  });

  test('plays the story and exits with 0 when exactly the expected changes were published', async () => {
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.errors()).toBe('');
    expect([...child.output().matchAll(/^ +[\d.]+ s +(→|←)/gm)].map(([, arrow]) => arrow).join('')).toBe(
      '→←→←→←→←→→→←←→←←→→→←←→←←',
    );
  });

  test('shows the refused forgery, the published completion and the refund', () => {
    expect(child.output()).toMatch(/stranger +forges a callback: cancelled +401/);
    expect(child.output()).toMatch(
      /← Payment Stage Changed +#12 +SUCCESS\n +SUCCESS\/SUCCEEDED +captured → part_refunded/,
    );
    expect(child.output()).toMatch(
      /← Payment Stage Changed +#5 +COMPLETED\n +SUCCESS\/SUCCEEDED +in_progress → authorized/,
    );
  });

  test('the story fits into 80 columns', () => {
    const story = child.output().slice(child.output().indexOf('The whole road'));
    expect(story.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('without a terminal there is no colour', () => {
    expect(child.output()).not.toContain('\u001b');
  });

  test("the functions' log is in the file that it names, and not on the screen", () => {
    const [, log = ''] = /log: (\S+)/.exec(child.output()) ?? [];
    expect(child.output()).not.toContain('"level"');
    expect(readFileSync(log, 'utf8')).toContain('"message":"callback"');
  });
});

test('with KLARNA_API_URL the story plays against that Klarna, with the same result', async () => {
  const klarna = await startKlarna();
  closers.push(klarna.stop);
  const child = start(['--once'], { KLARNA_API_URL: klarna.url });
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.output()).toContain(`a stranger, and ${klarna.url}`);
  expect(klarna.control.orders()).toHaveLength(1);
});

test('--once exits with 1 and names a change that is missing', async () => {
  const preload = new URL('../support/harness/losing-network.ts', import.meta.url).href;
  const child = start(['--once'], { NODE_OPTIONS: `--import ${preload}` });
  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(child.output()).toMatch(/missing: Payment Stage Changed #5 COMPLETED/);
});

describe('after the story it stays up', () => {
  let child: Child;
  beforeAll(async () => {
    child = start([]);
    await child.prints(/Follow the events\n.*\n/);
  });

  const byHand = 'the printed command sends a callback; its change shows on the screen and in the events';
  test.skipIf(!hasCurl)(hasCurl ? byHand : `${byHand} (skipped: no curl)`, async () => {
    const [, curl = ''] = await child.prints(/Send a callback\n +(curl .*)\n/);
    const shell = spawn('sh', ['-c', curl], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(await text(shell.stdout)).toMatch(/^HTTP\/1.1 200 OK/);
    const [, payment = ''] = await child.prints(/Payment Stage Changed +#1 .*\n.*(by-hand-\w+)\n/);
    const [, events = ''] = await child.prints(/List the events\n +curl (\S+)\n/);
    expect(await (await fetch(events)).text()).toContain(`"paymentId":"${payment}"`);
  });

  test('Ctrl-C ends it with 0 and without a stack trace, even while a client follows the events', async () => {
    const [, url = ''] = await child.prints(/Follow the events\n.*(http:\S+)\n/);
    const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.errors()).toBe('');
    await response.text().catch(() => undefined);
  });
});

test('SIGTERM ends it like Ctrl-C, even in the middle of the story', async () => {
  const child = start([]);
  await child.prints(/whole road/);
  child.process.kill('SIGTERM');
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.errors()).toBe('');
});

test('with --data a second run has the events of the first and its own', async () => {
  const data = join(TMPDIR, 'data');
  expect(await start(['--once', '--data', data]).ended).toMatchObject({ code: 0 });
  const child = start(['--data', data]);
  const [, url = ''] = await child.prints(/List the events\n +curl (\S+)\n/);
  const payments = (await (await fetch(url)).text()).matchAll(
    /"paymentId":"([^"]+)","incarnation":"[^"]+","sequence":4/g,
  );
  expect([...payments].map(([, payment]) => payment)).toHaveLength(2);
  child.process.kill('SIGINT');
  await child.ended;
});

test('a port in use is reported in one line', async () => {
  const server = createServer();
  const { port } = new URL(await listen(server));
  closers.push(() => close(server));
  const child = start([], { PORT: port });
  expect(await child.ended).toMatchObject({ code: 1 });
  expect(child.errors()).toMatch(new RegExp(`^port ${port} is in use: [^\\n]+\\n$`));
});

test('a wrong argument is refused in one line, with exit code 2', async () => {
  const child = start(['--onec']);
  expect(await child.ended).toMatchObject({ code: 2 });
  expect(child.errors()).toMatch(/^.*--onec.*\n$/);
});

test('--help prints the usage and ends with 0', async () => {
  const child = start(['--help']);
  expect(await child.ended).toMatchObject({ code: 0 });
  expect(child.output()).toMatch(/--once[\s\S]*--data DIR[\s\S]*--verbose[\s\S]*PORT/);
});
