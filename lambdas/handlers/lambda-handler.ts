/** Environment variables, as a value. */
export type Environment = Record<string, string | undefined>;

export const now = () => new Date();

/** A door in its house. On Lambda the house is built while the container starts, elsewhere when the first event comes. */
export async function lambdaHandler<House, Event, Context, Answer>(
  build: (env: Environment) => Promise<House>,
  door: (house: House) => (event: Event, context: Context) => Promise<Answer>,
): Promise<(event: Event, context: Context) => Promise<Answer>> {
  const env = { ...process.env };
  let ready: ReturnType<typeof door> | undefined;
  const enter = async () => {
    ready ??= door(await build(env));
    return ready;
  };
  if (env.AWS_LAMBDA_RUNTIME_API) await enter();
  return async (event, context) => (await enter())(event, context);
}

/** @throws naming the variable that the template forgot */
export function requireEnv(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}
