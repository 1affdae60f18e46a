import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import { atMost } from './dynamodb/turns.ts';
import type { LambdaFunction } from './functions.ts';
import { region } from './template.ts';

/** A Lambda function that runs: one thread of this process with an environment of its own. */
export type RunningFunction = {
  /** Resolves when its init is done, as Lambda waits for it; rejects when it fails. */
  ready: Promise<void>;
  /** Gives the function's answer; throws its error, or a timeout after the template's seconds. */
  invoke: (event: unknown) => Promise<unknown>;
  stop: () => Promise<void>;
};

/** A message from the thread of function-thread.ts. */
export type ThreadMessage =
  | { ready: true }
  | { log: string }
  | { id: number; answer: string | undefined }
  | { id: number; error: string };

const root = new URL('../../', import.meta.url);

/** Events that one function handles at the same time, as on Lambda each container handles one; further events wait. */
const containers = 5;

/** Starts a function with the template's environment and nothing of this process's. */
export function startFunction(options: {
  lambda: LambdaFunction;
  awsUrl: string;
  log: (text: string) => void;
  clock: Clock;
  /** Given to the functions that call Klarna. */
  klarnaUrl?: string | undefined;
}): RunningFunction {
  const { id, entry, exported, env, timeout } = options.lambda;
  const worker = new Worker(new URL(`./function-thread${extname(import.meta.filename)}`, import.meta.url), {
    workerData: { entry: new URL(entry, root).href, exported, timeout, clock: options.clock.shared },
    env: { ...env, ...lambdaEnv(id, options.awsUrl), ...klarnaEnv(env, options.klarnaUrl) },
    execArgv: [],
  });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  const init = Promise.withResolvers<void>();
  init.promise.catch(() => undefined); // reported by `ready` to its caller
  let failure: Error | undefined;
  const fail = (error: Error) => {
    if (failure) return;
    failure = error;
    init.reject(error);
    for (const call of calls.values()) call.reject(error);
  };
  worker.on('error', (error) => {
    options.log(`${error.stack}\n`);
    fail(new Error(`${entry}: ${error.message}`, { cause: error }));
  });
  worker.on('exit', () => fail(new Error(`${entry} has ended`)));
  worker.on('message', (message: ThreadMessage) => {
    if ('log' in message) options.log(message.log);
    else if ('ready' in message) init.resolve();
    else if ('error' in message) calls.get(message.id)?.reject(new Error(message.error));
    else calls.get(message.id)?.resolve(message.answer && JSON.parse(message.answer));
  });

  const invokeAtOnce = async (event: unknown) => {
    if (failure) throw failure;
    count += 1;
    const number = count;
    const call = Promise.withResolvers<unknown>();
    calls.set(number, call);
    const timer = setTimeout(() => {
      options.log(`Task timed out after ${timeout} seconds\n`);
      call.reject(new Error(`${entry} timed out`));
    }, timeout * 1000);
    worker.postMessage({ id: number, event: JSON.stringify(event) });
    try {
      return await call.promise;
    } finally {
      clearTimeout(timer);
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

/**
 * As on Lambda: region, credentials, and the variables that show code that it runs there. No file of the developer is
 * read.
 */
const lambdaEnv = (id: string, awsUrl: string) => ({
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: id, // names the caller to the local AWS
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_LAMBDA_FUNCTION_NAME: id,
  AWS_LAMBDA_RUNTIME_API: 'local',
});
