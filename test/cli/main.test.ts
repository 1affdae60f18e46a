import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nobody } from '../../cli/command.ts';
import { completion } from '../../cli/commands/completion.ts';
import { main } from '../../cli/main.ts';
import { Misuse } from '../../cli/misuse.ts';

const file = fileURLToPath(new URL('../../cli/klarna-relay.ts', import.meta.url));
const cli = (...words: string[]) => main(words, { PORT: '1' }, nobody());

const commands = ['start', 'trigger', 'events', 'status', 'url', 'doctor', 'completion'];

test('the overview names every command, with exit codes and examples', async () => {
  const { stdout, code } = await cli('--help');
  expect(code).toBe(0);
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  expect(stdout).toMatch(/Exit code: 0 .*, 1 .*, 2 misuse/);
  expect(stdout).toMatch(/Examples\n {2}klarna-relay/);
  expect((await cli()).stdout).toBe(stdout);
});

test.each(commands)('%s explains itself, and its help fits a terminal', async (name) => {
  const { stdout, stderr, code } = await cli(name, '--help');
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toMatch(new RegExp(`^klarna-relay ${name} `));
  expect(stdout.split('\n').filter((line) => line.length > 132)).toEqual([]);
});

test('help and -h are help too, and --version is the version of the package', async () => {
  expect((await cli('help', 'url')).stdout).toBe((await cli('url', '-h')).stdout);
  expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  { words: ['trigerr'], code: 2, says: 'no command trigerr; did you mean trigger?' },
  { words: ['trigger', 'approvd'], code: 2, says: 'no story approvd; did you mean approved?' },
  { words: ['doctor', '--stak', 'x'], code: 2, says: "Unknown option '--stak'" },
  { words: ['status', 'order-1'], code: 1, says: 'klarna-relay start' },
  { words: ['events'], code: 1, says: 'klarna-relay start' },
  { words: ['doctor'], code: 1, says: 'klarna-relay start' },
])('$words is one line on stderr and ends with $code', async ({ words, code, says }) => {
  const ended = await cli(...words);
  expect(ended).toMatchObject({ stdout: '', code });
  expect(ended.stderr).toContain(says);
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a failure is the exit code of the process, in one line and without a stack trace', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, 'doctor'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, PORT: '1' },
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toMatch(/^klarna-relay: the local run does not answer at [^\n]+\n$/);
});

describe('completion', () => {
  /** What bash offers after these words, the last of them begun. */
  const offered = async (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `${(await cli('completion', 'bash')).stdout}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _klarna_relay; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trimEnd().split('\n');
  };

  test('bash completes commands, stories, kinds and options', async () => {
    expect(await offered('klarna-relay', 'st')).toEqual(['start', 'status']);
    expect(await offered('klarna-relay', 'trigger', 'callbacks-l')).toEqual(['callbacks-lost']);
    expect(await offered('klarna-relay', 'url', 'not')).toEqual(['notification']);
    expect(await offered('klarna-relay', 'doctor', '--st')).toEqual(['--stack']);
  });

  const table = new Map([
    [
      'status',
      { tells: "a payment's state", run: async () => 'klarna-relay status <payment> [--base URL]\n  --json  it' },
    ],
  ]);

  test.each(['zsh', 'fish'])('%s learns commands and the options that their help names', async (shell) => {
    const script = await completion([shell], table);
    expect(script).toContain('--base --json --help');
    expect(script).toMatch(/status.*a payments state/);
  });

  test('another shell is refused by name', async () => {
    await expect(completion(['tcsh'], table)).rejects.toThrow(new Misuse('shell: one of bash, zsh, fish'));
  });
});
