import { describe, expect, test } from 'vitest';
import { silentTerminal } from '../../cli/command.ts';
import { commands, main } from '../../cli/main.ts';
import { columns } from '../../cli/wrap.ts';

const cli = (...args: string[]) => main(args, { PORT: '1' }, silentTerminal());
const names = [...commands.keys()];

/** The lines that do not fit a terminal. */
const tooWide = (text: string) => text.split('\n').filter((line) => line.length > columns);

test('the overview names every command, with exit codes and examples, and fits a terminal', async () => {
  const { stdout, code } = await cli('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^klarna-relay <command> /);
  for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  expect(stdout).toMatch(/Exit code: 0 .*, 1 .*, 2 misuse/);
  expect(stdout).toMatch(/Examples\n {2}klarna-relay/);
  expect(tooWide(stdout)).toEqual([]);
  expect((await cli()).stdout).toBe(stdout);
});

test('there are nine commands', () => {
  const all = ['start', 'trigger', 'events', 'status', 'url', 'doctor', 'replay', 'redrive', 'completion'];
  expect(names).toEqual(all);
});

describe.each(names)('the help of %s', (name) => {
  test('starts with its usage and fits a terminal', async () => {
    const { stdout, stderr, code } = await cli(name, '--help');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(new RegExp(`^klarna-relay ${name} `));
    expect(tooWide(stdout)).toEqual([]);
  });

  test('has exit codes', async () => {
    expect((await cli(name, '--help')).stdout).toMatch(/^Exit code: 0 /m);
  });
});

test('help and -h print the help of a command, and --version the version of the package', async () => {
  expect((await cli('help', 'url')).stdout).toBe((await cli('url', '-h')).stdout);
  expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  { args: ['trigerr'], code: 2, message: 'no command trigerr; did you mean trigger?' },
  { args: ['dance'], code: 2, message: 'no command dance' },
  { args: ['trigger', 'approvd'], code: 2, message: 'no story approvd; did you mean approved?' },
  { args: ['doctor', '--stak', 'x'], code: 2, message: "Unknown option '--stak'" },
  { args: ['url', 'push', '-1x'], code: 2, message: '-1' },
  { args: ['status', 'order-1'], code: 1, message: 'klarna-relay start' },
  { args: ['events'], code: 1, message: 'klarna-relay start' },
  { args: ['doctor'], code: 1, message: 'klarna-relay start' },
])('$args is one line on stderr and ends with $code', async ({ args, code, message }) => {
  const output = await cli(...args);
  expect(output).toMatchObject({ stdout: '', code });
  expect(output.stderr).toContain(message);
  expect(output.stderr.trimEnd().split('\n')).toHaveLength(1);
});
