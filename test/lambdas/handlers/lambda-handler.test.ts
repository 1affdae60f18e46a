import { afterEach, expect, test, vi } from 'vitest';
import { lambdaHandler } from '../../../lambdas/handlers/lambda-handler.ts';

afterEach(() => vi.unstubAllEnvs());

/** A handler that answers with its dependencies' name, and the environments from which these were built. */
const newHandler = (failures = 0) => {
  const built: string[] = [];
  const build = async ({ NAME = '' }: Record<string, string | undefined>) => {
    built.push(NAME);
    if (built.length <= failures) throw new Error('not yet');
    return { name: NAME };
  };
  const handle =
    ({ name }: { name: string }) =>
    async (event: string) =>
      `${name} handled ${event}`;
  return { built, start: () => lambdaHandler(build, handle) };
};

test('on Lambda the dependencies are built once, while the container starts', async () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001');
  vi.stubEnv('NAME', 'relay');
  const { built, start } = newHandler();
  const handler = await start();
  expect(built).toEqual(['relay']);
  expect(await handler('one', undefined)).toBe('relay handled one');
  await handler('two', undefined);
  expect(built).toHaveLength(1);
});

test('elsewhere they are built with the first event, from the environment at the time of the import', async () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
  vi.stubEnv('NAME', 'then');
  const { built, start } = newHandler();
  const handler = await start();
  expect(built).toEqual([]);
  vi.stubEnv('NAME', 'later');
  expect(await handler('one', undefined)).toBe('then handled one');
  await handler('two', undefined);
  expect(built).toHaveLength(1);
});

test('elsewhere they are built again with the next event, if they could not be built before', async () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
  vi.stubEnv('NAME', 'relay');
  const handler = await newHandler(1).start();
  await expect(handler('one', undefined)).rejects.toThrow('not yet');
  expect(await handler('two', undefined)).toBe('relay handled two');
});
