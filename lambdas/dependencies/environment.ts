/** Environment variables, as a value. */
export type Environment = Record<string, string | undefined>;

/** When the payments were restored from a backup; undefined where they never were. */
export const restoredAt = ({ RESTORED_AT }: Environment): Date | undefined =>
  RESTORED_AT ? new Date(RESTORED_AT) : undefined;

/** @throws naming the variable that the template forgot */
export function requireEnv(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}
