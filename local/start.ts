import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cart } from '../stories/scenes/cart.ts';
import { type Arguments, readArguments, usageOf } from './arguments.ts';
import { freshPayment, playWholeRoad, waitUntilIdle } from './play.ts';
import { type Relay, startRelay } from './relay.ts';
import type { RelayOptions } from './relay-options.ts';
import { terminalTimeline } from './terminal-timeline.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
process.stdout.on('error', () => undefined); // the reader of a pipe may leave, as `head` does; the run goes on

const { showAnswer, showChange, show, paint } = terminalTimeline({
  print,
  colours: process.stdout.isTTY && !process.env.NO_COLOR,
});

/** Plays the story and runs until a signal comes, or ends after the story with --once. Gives the exit code. */
async function run(options: Arguments): Promise<number> {
  const signal = stopSignal();
  const log = openLog(options);
  let playing = false;
  const watch: RelayOptions['watch'] = (observation) => {
    if ('log' in observation) log.write(observation.log);
    else if (!playing) show(observation);
  };
  print(`klarna-relay, wired as it would be deployed.\nThe functions' log: ${log.path}`);
  const relay = await startRelay({ port: options.port, dataDir: options.data, watch });
  await waitUntilIdle(relay);

  const klarna = relay.klarna ? 'an emulated Klarna' : relay.klarnaUrl;
  print(`\n${paint('bold', `The whole road: a merchant, a shopper, a stranger, and ${klarna}`)}`);
  playing = true;
  const story = playWholeRoad(relay, { onAnswer: showAnswer, onChange: showChange }).catch((error: Error) => [
    error.message,
  ]);
  const problems = await Promise.race([story, signal]);
  playing = false;
  if (problems !== 'stop') print(`\n${verdict(problems)}`);
  if (problems !== 'stop' && !options.once) {
    print(nextSteps(relay));
    await signal;
  }
  await relay.stop();
  return options.once && problems.length > 0 ? 1 : 0;
}

const stopSignal = () =>
  new Promise<'stop'>((resolve) => {
    process.once('SIGINT', () => resolve('stop'));
    process.once('SIGTERM', () => resolve('stop'));
  });

const verdict = (problems: string[]) =>
  problems.length === 0
    ? paint('green', 'Exactly the expected changes were published.')
    : paint('red', problems.join('\n'));

function openLog({ data, verbose }: Arguments) {
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const path = resolve(data ?? mkdtempSync(join(tmpdir(), 'klarna-relay-')), 'functions.log');
  const write = (text: string) => {
    appendFileSync(path, text);
    if (verbose) print(paint('dim', text.trimEnd()));
  };
  return { path, write };
}

/** Commands to try by hand, each in one line so that it can be copied. */
function nextSteps({ url, mint, klarnaUrl }: Relay): string {
  const session = { session_id: crypto.randomUUID(), status: 'IN_PROGRESS', updated_at: new Date().toISOString() };
  const body = JSON.stringify({ event_id: crypto.randomUUID(), session });
  return `
The system runs until Ctrl-C. Open ${url} to buy a lamp, and
${url}/timeline to see what happens. Or try in a terminal:

Create a payment
  curl ${url}/payments -H 'content-type: application/json' -d '${JSON.stringify(cart())}'
Act as its shopper
  curl ${klarnaUrl}/shopper/{last part of redirect_url} -d '{"does": "approve"}'
Send a callback
  curl -i '${mint('status_update', freshPayment('by-hand'))}' -H 'content-type: application/json' -d '${body}'
Get another callback URL
  curl ${url}/local/url -d '{"kind": "status_update", "payment": "my-payment-1"}'
List the events
  curl ${url}/local/events
Follow the events
  curl -N -H 'accept: text/event-stream' ${url}/local/events
`;
}

/** The reason why the start failed, in one line. */
function reasonOf(error: unknown, { port, data }: Arguments): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `port ${port} is in use: stop the program on it, or run PORT=${port + 1} npm start`;
  }
  return data === undefined ? error.message : `--data ${data}: ${error.message}`;
}

function fail(reason: string, code: 1 | 2): number {
  process.stderr.write(`${reason}\n`);
  return code;
}

/** Runs until it is stopped and gives the exit code; `command` is how the user called it. */
export async function runFromCommandLine(
  args: string[],
  env: Record<string, string | undefined>,
  command: string,
): Promise<number> {
  const options = readArguments(args, env);
  if (options === 'help') {
    print(usageOf(command));
    return 0;
  }
  if (typeof options === 'string') return fail(`${options}. See ${command} --help`, 2);
  return run(options).catch((error) => fail(reasonOf(error, options), 1));
}

if (import.meta.main) process.exitCode = await runFromCommandLine(process.argv.slice(2), process.env, 'npm start --');
