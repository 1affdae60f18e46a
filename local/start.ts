import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Arguments, readArguments, usageOf } from './arguments.ts';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';
import { freshPayment, playWholeRoad, quiet } from './play.ts';
import { cart } from '../stories/scenes/cart.ts';
import { timeline } from './terminal-timeline.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
process.stdout.on('error', () => undefined); // as with `| head`: whoever read has gone, the run goes on

const { acted, published, seen, paint } = timeline({
  print,
  colours: process.stdout.isTTY && !process.env.NO_COLOR,
});

/** Starts, plays the story and stays until a signal comes, or ends at once with --once. Gives the exit code. */
async function run(asked: Arguments): Promise<number> {
  const signal = stopSignal();
  const log = logFile(asked);
  let playing = false;
  const watch: RelayOptions['watch'] = (what) => {
    if ('line' in what) log.write(what.line);
    else if (!playing) seen(what);
  };
  print(`klarna-relay, wired as it would be deployed. The functions' own log: ${log.path}`);
  const relay = await startRelay({ port: asked.port, dataDir: asked.data, watch });
  await quiet(relay);

  print(
    `\n${paint('bold', `The whole road: a merchant, a shopper, a stranger, and ${relay.klarna ? 'an emulated Klarna' : relay.klarnaUrl}`)}`,
  );
  playing = true;
  const played = playWholeRoad(relay, { onAnswer: acted, onChange: published }).catch((error: Error) => [error.message]);
  const problems = await Promise.race([played, signal]);
  playing = false;
  if (problems !== 'stop') print(`\n${verdict(problems)}`);
  if (problems !== 'stop' && !asked.once) {
    print(howTo(relay));
    await signal;
  }
  await relay.stop();
  return asked.once && problems.length > 0 ? 1 : 0;
}

const stopSignal = () =>
  new Promise<'stop'>((end) => {
    process.once('SIGINT', () => end('stop'));
    process.once('SIGTERM', () => end('stop'));
  });

const verdict = (problems: string[]) =>
  problems.length === 0
    ? paint('green', 'Every expected change came out, and nothing else.')
    : paint('red', problems.join('\n'));

function logFile({ data, verbose }: Arguments) {
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const path = resolve(data ?? mkdtempSync(join(tmpdir(), 'klarna-relay-')), 'functions.log');
  const write = (line: string) => {
    appendFileSync(path, line);
    if (verbose) print(paint('dim', line.trimEnd()));
  };
  return { path, write };
}

/** What to do by hand; each line works as it stands. */
function howTo({ url, mint, klarnaUrl }: Relay): string {
  const session = { session_id: crypto.randomUUID(), status: 'IN_PROGRESS', updated_at: new Date().toISOString() };
  const body = JSON.stringify({ event_id: crypto.randomUUID(), session });
  return `
Open           ${url} to buy a lamp, ${url}/timeline to see what happens; until Ctrl-C
A payment      curl ${url}/payments -H 'content-type: application/json' -d '${JSON.stringify(cart())}'
A shopper      curl ${klarnaUrl}/shopper/{last part of redirect_url} -d '{"does": "approve"}'
A callback     curl -i '${mint('status_update', freshPayment('by-hand'))}' -H 'content-type: application/json' -d '${body}'
Another URL    curl ${url}/local/url -d '{"kind": "status_update", "payment": "my-payment-1"}'
The events     curl ${url}/local/events
Live           curl -N -H 'accept: text/event-stream' ${url}/local/events
`;
}

/** Why it did not start, in one line. */
function reasonOf(error: unknown, { port, data }: Arguments): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `port ${port} is in use: end what listens there, or choose another with PORT=${port + 1} npm start`;
  }
  return data === undefined ? error.message : `--data ${data}: ${error.message}`;
}

function refuse(reason: string, code: 1 | 2): number {
  process.stderr.write(`${reason}\n`);
  return code;
}

/** Runs until it is stopped and gives the exit code; `command` is how the user called it. */
export async function startHere(
  words: string[],
  env: Record<string, string | undefined>,
  command: string,
): Promise<number> {
  const asked = readArguments(words, env);
  if (asked === 'help') {
    print(usageOf(command));
    return 0;
  }
  if (typeof asked === 'string') return refuse(`${asked}. ${command} --help tells what there is.`, 2);
  return run(asked).catch((error) => refuse(reasonOf(error, asked), 1));
}

if (import.meta.main) process.exitCode = await startHere(process.argv.slice(2), process.env, 'npm start --');
