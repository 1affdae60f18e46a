import { expect, test } from 'vitest';
import { runNode } from '../support/harness/node-process.ts';

/** Runs the executable in a process of its own. */
async function run(args: string[], env: Record<string, string>) {
  const { ended, output, errors } = runNode('cli/klarna-relay.ts', args, env);
  const { code } = await ended;
  return { code, stdout: output(), stderr: errors() };
}

test('a success prints its result on stdout and ends with 0', async () => {
  const args = ['url', 'push', 'order-1', '--base', 'https://r.example'];
  const { code, stdout, stderr } = await run(args, { KLARNA_RELAY_KEY: 'k'.repeat(43) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^https:\/\/r\.example\/callbacks\/push\/order-1\/[\w-]+\?order=\{order\.id\}\n$/);
});

test('a failure is the exit code of the process, in one line and without a stack trace', async () => {
  const { code, stdout, stderr } = await run(['doctor'], { PORT: '1' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^klarna-relay: the local run does not answer at [^\n]+\n$/);
});
