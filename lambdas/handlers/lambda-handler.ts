import type { Environment } from '../dependencies/environment.ts';

/**
 * A Lambda handler with its dependencies. On Lambda they are built while the container starts, elsewhere with the first event.
 */
export async function lambdaHandler<Dependencies, Event, Context, Answer>(
  build: (env: Environment) => Promise<Dependencies>,
  handle: (dependencies: Dependencies) => (event: Event, context: Context) => Promise<Answer>,
): Promise<(event: Event, context: Context) => Promise<Answer>> {
  const env = { ...process.env };
  let ready: ReturnType<typeof handle> | undefined;
  const start = async () => {
    ready ??= handle(await build(env));
    return ready;
  };
  if (env.AWS_LAMBDA_RUNTIME_API) await start();
  return async (event, context) => (await start())(event, context);
}
