import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentTerminal } from '../../../cli/command.ts';
import { events } from '../../../cli/commands/events.ts';
import { trigger } from '../../../cli/commands/trigger.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { startLocalRun } from '../local-run.ts';

const local = startLocalRun();

/** The payment of a story that was played. */
async function played(story: string): Promise<string> {
  const [{ payments }] = JSON.parse(await local.run(trigger, [story, '--json']));
  return payments[0];
}

test('--past prints the events of one payment, in columns or as JSON', async () => {
  const payment = await played('declined');
  const args = ['--past', '--payment', payment];
  const text = await local.run(events, args);
  expect(text.match(/← .*?#\d/g)).toEqual([
    expect.stringMatching(/^← Payment Stage Changed +#1$/),
    expect.stringMatching(/^← Payment Status Changed +#2$/),
  ]);
  const lines = (await local.run(events, [...args, '--json'])).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { source: 'klarna-relay', detail: { paymentId: payment, sequence: 1 } },
    { source: 'klarna-relay', detail: { paymentId: payment, sequence: 2 } },
  ]);
});

test('it follows the events until it is stopped', async () => {
  const stopped = new AbortController();
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const following = events(['--json'], local.env(), { ...silentTerminal(), print, stopped: stopped.signal });
  const payment = await played('approved');
  while (printed.filter((event) => event.includes(payment)).length < 2) await pause(5);
  stopped.abort();
  expect(await following).toBe('');
});

test('an argument without an option is refused by name', async () => {
  const error = await local.failureOf(events, ['order-1']);
  expect(error).toBeInstanceOf(Misuse);
  expect(error.message).toContain('order-1');
});
