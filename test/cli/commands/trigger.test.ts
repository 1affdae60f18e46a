import { expect, test } from 'vitest';
import { trigger } from '../../../cli/commands/trigger.ts';
import { Misuse } from '../../../cli/misuse.ts';

test.each([
  { args: [], message: 'story: which one?' },
  { args: ['lat'], message: 'no story lat; did you mean late' },
  { args: ['dance'], message: 'no story dance' },
  { args: ['--lost'], message: '--lost' },
  { args: ['whole-road', '--base', 'https://r.example'], message: 'whole-road needs the emulated Klarna' },
  { args: ['approved', '--base', 'https://r.example'], message: '--secret or KLARNA_RELAY_KEY' },
])('$args is refused by name', async ({ args, message }) => {
  const error = await trigger(args, { PORT: '1' }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Misuse);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
});

test('without a local run the error names a way out', async () => {
  await expect(trigger(['approved'], { PORT: '1' })).rejects.toThrow('klarna-relay start');
});

test('--list prints the stories, with --json their documented changes', async () => {
  expect(await trigger(['--list'], {})).toContain('For any relay\n  approved ');
  expect(JSON.parse(await trigger(['--list', '--json'], {}))).toContainEqual(
    expect.objectContaining({ name: 'approved', publishes: expect.any(Array) }),
  );
});
