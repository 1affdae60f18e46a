import type { Environment } from '../dependencies/environment.ts';

/**
 * A Lambda handler with its dependencies. On Lambda they are built while the container starts, elsewhere with the first
 * event.
 */
export async function lambdaHandler<Dependencies, Event, Context, Answer>(
  build: (env: Environment) => Promise<Dependencies>,
  handle: (dependencies: Dependencies) => (event: Event, context: Context) => Promise<Answer>,
): Promise<(event: Event, context: Context) => Promise<Answer>> {
  const env = { ...process.env };
  const start = async () => handle(await build(env));
  if (env.AWS_LAMBDA_RUNTIME_API) return start();
  let ready: ReturnType<typeof handle> | undefined;
  return async (event, context) => {
    ready ??= await start();
    return ready(event, context);
  };
}
