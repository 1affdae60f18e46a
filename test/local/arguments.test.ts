import { expect, test } from 'vitest';
import { readArguments, usageOf } from '../../local/arguments.ts';

const mistakes: { args: string[]; env?: { PORT: string }; name: string }[] = [
  { args: ['--onec'], name: '--onec' },
  { args: ['--data'], name: '--data' },
  { args: ['--data='], name: '--data' },
  { args: ['--once=yes'], name: '--once' },
  { args: ['extra'], name: 'extra' },
  { args: [], env: { PORT: 'http' }, name: 'PORT=http' },
  { args: [], env: { PORT: '70000' }, name: 'PORT=70000' },
];

test.each(mistakes)('$args with $env is refused in one line that names $name', ({ args, env, name }) => {
  const reason = readArguments(args, env ?? {});
  expect(reason).toContain(name);
  expect(String(reason).split('\n')).toHaveLength(1);
});

test('without arguments the run stays up on port 4600 and keeps nothing', () => {
  expect(readArguments([], {})).toEqual({ once: false, verbose: false, data: undefined, port: 4600 });
});

test('every argument and PORT are read', () => {
  const options = readArguments(['--once', '--verbose', '--data', 'dir'], { PORT: '0' });
  expect(options).toEqual({ once: true, verbose: true, data: 'dir', port: 0 });
});

test('--help asks for the usage, which fits into 80 columns', () => {
  expect(readArguments(['--once', '--help'], {})).toBe('help');
  const tooLong = usageOf('klarna-relay start')
    .split('\n')
    .filter((line) => line.length > 80);
  expect(tooLong).toEqual([]);
});
