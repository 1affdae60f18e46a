import { expect, test } from 'vitest';
import { events } from '../../../cli/commands/events.ts';
import { Misuse } from '../../../cli/misuse.ts';

test('an argument without an option is refused by name', async () => {
  const error = await events(['order-1'], { PORT: '1' }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Misuse);
  expect(error).toMatchObject({ message: expect.stringContaining('order-1') });
});

test('without a local run the error names a way out', async () => {
  await expect(events([], { PORT: '1' })).rejects.toThrow('klarna-relay start');
});
