import { afterEach, expect, test, vi } from 'vitest';
import { lambdaHandler } from '../../../lambdas/handlers/lambda-handler.ts';

afterEach(() => vi.unstubAllEnvs());

const building = () => {
  const built: string[] = [];
  const build = async (env: Record<string, string | undefined>) => {
    built.push(env.NAME ?? '');
    return { name: env.NAME };
  };
  return {
    built,
    enter: () =>
      lambdaHandler(
        build,
        ({ name }) =>
          async (event: string) =>
            `${name} heard ${event}`,
      ),
  };
};

test('on Lambda the house is built while the container starts, and once', async () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001');
  vi.stubEnv('NAME', 'relay');
  const { built, enter } = building();
  const handler = await enter();
  expect(built).toEqual(['relay']);
  expect(await handler('one', undefined)).toBe('relay heard one');
  await handler('two', undefined);
  expect(built).toHaveLength(1);
});

test('elsewhere it is built when the first event comes, from the environment of its import', async () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
  vi.stubEnv('NAME', 'then');
  const { built, enter } = building();
  const handler = await enter();
  expect(built).toEqual([]);
  vi.stubEnv('NAME', 'later');
  expect(await handler('one', undefined)).toBe('then heard one');
});
