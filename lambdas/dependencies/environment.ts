/** Environment variables, as a value. */
export type Environment = Record<string, string | undefined>;

/** @throws naming the variable that the template forgot */
export function requireEnv(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}
