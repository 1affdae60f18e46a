import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

const client = new URL('../../../.tools/node_modules/aws-lambda-ric/', import.meta.url);

/** The Lambda runtime client of AWS is built from source and no dependency of ours; .ci/run installs it in .tools. */
export const hasRuntimeClient = existsSync(new URL('rapid-client.node', client));

/** A function on Lambda: the folder with its code, the name of its handler, its environment. */
export type DeployedFunction = { folder: string; handler: string; env: Record<string, string> };

export type Runtime = {
  /** Returns the function's answer. @throws the error that it reports */
  invoke: (event: unknown) => Promise<unknown>;
  /** Everything that it has written to stdout and stderr, as CloudWatch would keep it. */
  output: () => string;
  stop: () => Promise<void>;
};

type Invocation = { id: string; event: string; resolve: (answer: unknown) => void; reject: (error: Error) => void };

/** Runs a function with aws-lambda-ric. It is ready once its init is done and it asks for the first event. */
export async function startRuntime({ folder, handler, env }: DeployedFunction): Promise<Runtime> {
  const api = await runtimeApi();
  const node = spawn(process.execPath, [new URL('index.mjs', client).pathname], {
    cwd: folder,
    env: { ...lambdaEnv, ...env, _HANDLER: handler, LAMBDA_TASK_ROOT: folder, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [node.stdout, node.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = new Promise<void>((resolve) => node.once('close', () => resolve()));
  void exited.then(() => api.fail(new Error(`the runtime ended:\n${output}`)));
  const stop = async () => {
    node.kill('SIGKILL');
    await exited;
    await api.close();
  };
  await api.ready.catch(async (error) => {
    await stop();
    throw error;
  });
  return { invoke: api.invoke, output: () => output, stop };
}

const lambdaEnv = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'eu-central-1',
  AWS_LAMBDA_FUNCTION_NAME: 'under-test',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/under-test',
  AWS_LAMBDA_LOG_STREAM_NAME: 'under-test',
};

/** The Runtime API that Lambda offers to a runtime: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
async function runtimeApi() {
  const queued: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let asking: ServerResponse | undefined;
  const init = Promise.withResolvers<void>();

  const hand = () => {
    const next = asking && queued.shift();
    if (!asking || !next) return;
    running.set(next.id, next);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': Date.now() + 10_000,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:under-test',
    });
    asking.end(next.event);
    asking = undefined;
  };

  const ask = (response: ServerResponse) => {
    asking = response;
    response.once('close', () => {
      if (asking === response) asking = undefined;
    });
    init.resolve();
    hand();
  };

  const fail = (error: Error) => {
    init.reject(error);
    for (const { reject } of [...queued.splice(0), ...running.values()]) reject(error);
    running.clear();
  };

  const settle = (id: string, { outcome, body }: { outcome: string; body: string }) => {
    const invocation = running.get(id);
    running.delete(id);
    if (outcome === 'response') return invocation?.resolve(JSON.parse(body));
    invocation?.reject(new Error(body));
  };

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [id = '', outcome = ''] = (request.url ?? '').replace('/2018-06-01/runtime/', '').split('/').slice(-2);
    if (outcome === 'next') return ask(response);
    const body = await text(request);
    if (id === 'init') fail(new Error(body));
    else settle(id, { outcome, body });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the Runtime API got no port');

  const invoke = (event: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      queued.push({ id: randomUUID(), event: JSON.stringify(event), resolve, reject });
      hand();
    });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address: `127.0.0.1:${address.port}`, ready: init.promise, invoke, fail, close };
}
