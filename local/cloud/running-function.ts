import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import type { LambdaFunction } from './functions.ts';
import { region } from './template.ts';
import { atMost } from './dynamodb/turns.ts';

/** A Lambda function that runs: one thread of this process, with an environment of its own. */
export type RunningFunction = {
  /** Resolves when its init is done, as Lambda waits for it; rejects when it fails. */
  ready: Promise<void>;
  /** What the function answers; throws what it threw, and when it takes longer than the template lets it. */
  invoke: (event: unknown) => Promise<unknown>;
  stop: () => Promise<void>;
};

/** What the thread in function-thread.ts says. */
export type Said =
  | { ready: true }
  | { line: string }
  | { id: number; answer: string | undefined }
  | { id: number; error: string };

const root = new URL('../../', import.meta.url);

/** Events that a function has in hand at once, as on Lambda each container has one; more of them wait. */
const containers = 5;

/** Starts a function. Its environment is the template's and nothing of ours. */
export function startFunction(wired: {
  lambda: LambdaFunction;
  awsUrl: string;
  log: (line: string) => void;
  clock: Clock;
  /** Set for functions that talk to Klarna: the one of the local run. */
  klarnaUrl?: string | undefined;
}): RunningFunction {
  const { id, entry, exported, env, timeout } = wired.lambda;
  const worker = new Worker(new URL(`./function-thread${extname(import.meta.filename)}`, import.meta.url), {
    workerData: { entry: new URL(entry, root).href, exported, timeout, clock: wired.clock.shared },
    env: { ...env, ...lambdaEnv(id, wired.awsUrl), ...klarnaEnv(env, wired.klarnaUrl) },
    execArgv: [],
  });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  const init = Promise.withResolvers<void>();
  init.promise.catch(() => undefined); // whoever waits for it learns it
  let broken: Error | undefined;
  const fail = (error: Error) => {
    if (broken) return;
    broken = error;
    init.reject(error);
    for (const call of calls.values()) call.reject(error);
  };
  worker.on('error', (error) => {
    wired.log(`${error.stack}\n`);
    fail(new Error(`${entry}: ${error.message}`, { cause: error }));
  });
  worker.on('exit', () => fail(new Error(`${entry} has ended`)));
  worker.on('message', (said: Said) => {
    if ('line' in said) wired.log(said.line);
    else if ('ready' in said) init.resolve();
    else if ('error' in said) calls.get(said.id)?.reject(new Error(said.error));
    else calls.get(said.id)?.resolve(said.answer && JSON.parse(said.answer));
  });

  const invokeAtOnce = async (event: unknown) => {
    if (broken) throw broken;
    count += 1;
    const number = count;
    const call = Promise.withResolvers<unknown>();
    calls.set(number, call);
    const late = setTimeout(() => {
      wired.log(`Task timed out after ${timeout} seconds\n`);
      call.reject(new Error(`${entry} timed out`));
    }, timeout * 1000);
    worker.postMessage({ id: number, event: JSON.stringify(event) });
    try {
      return await call.promise;
    } finally {
      clearTimeout(late);
      calls.delete(number);
    }
  };
  const whenFree = atMost(containers);
  const invoke = (event: unknown) => whenFree(() => invokeAtOnce(event));
  const stop = async () => {
    fail(new Error(`${entry} was stopped`));
    await worker.terminate();
  };
  return { ready: init.promise, invoke, stop };
}

const klarnaEnv = (env: Record<string, string>, url: string | undefined) =>
  url && env.ACCOUNTS_SECRET_ARN ? { KLARNA_API_URL: url } : {};

/** As on Lambda: region, credentials, and the sign by which code knows that it is there. No file of the developer's is read. */
const lambdaEnv = (id: string, awsUrl: string) => ({
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: id, // by which the local AWS knows who calls
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_LAMBDA_FUNCTION_NAME: id,
  AWS_LAMBDA_RUNTIME_API: 'local',
});
