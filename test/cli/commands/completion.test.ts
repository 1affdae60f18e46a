import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { silentTerminal } from '../../../cli/command.ts';
import { completion } from '../../../cli/commands/completion.ts';
import { main } from '../../../cli/main.ts';
import { Misuse } from '../../../cli/misuse.ts';

/** What bash offers for the last of these words. */
async function offered(...words: string[]) {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const { stdout: script } = await main(['completion', 'bash'], {}, silentTerminal());
  const call = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _klarna_relay`;
  const print = `printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', `${script}\n${call}; ${print}`], { encoding: 'utf8' });
  return stdout.trimEnd().split('\n');
}

test('bash completes commands, stories, callback kinds and options', async () => {
  expect(await offered('klarna-relay', 'st')).toEqual(['start', 'status']);
  expect(await offered('klarna-relay', 'trigger', 'callbacks-l')).toEqual(['callbacks-lost']);
  expect(await offered('klarna-relay', 'url', 'not')).toEqual(['notification']);
  expect(await offered('klarna-relay', 'doctor', '--st')).toEqual(['--stack']);
});

const help = async () => 'klarna-relay status <payment> [--base URL]\n  --json  it';
const commands = new Map([['status', { summary: "a payment's state", run: help }]]);

test.each(['zsh', 'fish'])('%s completes commands and the options that their help names', async (shell) => {
  const script = await completion([shell], commands);
  expect(script).toContain('--base --json --help');
  expect(script).toMatch(/status.*a payments state/);
});

test('another shell is refused by name', async () => {
  await expect(completion(['tcsh'], commands)).rejects.toThrow(new Misuse('shell: one of bash, zsh, fish'));
});
