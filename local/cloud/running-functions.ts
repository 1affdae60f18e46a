import type { OnStop } from './cloud.ts';
import type { TemplateDeployment } from './deployment.ts';
import type { LambdaFunction } from './functions.ts';
import { type RunningFunction, startFunction } from './running-function.ts';

/** Finds the running function of a function in the template. */
export type FindRunning = (lambda: LambdaFunction) => RunningFunction;

/** Starts every function of the deployment and waits until all of them are ready. */
export async function startFunctions(
  options: { deployment: TemplateDeployment; onStop: OnStop } & Omit<Parameters<typeof startFunction>[0], 'lambda'>,
): Promise<FindRunning> {
  const { deployment, onStop, ...rest } = options;
  const running = new Map(deployment.functions.map((lambda) => [lambda.id, startFunction({ lambda, ...rest })]));
  const all = [...running.values()];
  onStop(() => Promise.all(all.map(({ stop }) => stop())));
  await Promise.all(all.map(({ ready }) => ready));
  return ({ id }) => {
    const found = running.get(id);
    if (!found) throw new Error(`function ${id} does not run`);
    return found;
  };
}
