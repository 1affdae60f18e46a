import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { replay } from '../../../cli/commands/replay.ts';
import { Misuse } from '../../../cli/misuse.ts';
import type { PaymentChange } from '../../../events/contract.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';

import { statusUpdate } from '../../support/callbacks.ts';
import { runNode } from '../../support/child.ts';
import { type Journey, startJourney } from '../../support/journey.ts';

let relay: Journey;
let PORT: string;
let [early, late]: PaymentId[] = [];
let noon: string;
const folder = mkdtempSync(join(tmpdir(), 'replay-'));

const shopping = async (name: string, words: string[]) => {
  const payment = relay.named(name);
  for (const [minute, word] of words.entries())
    await relay.post({ kind: 'status_update', payment, body: statusUpdate(word, minute) });
  await relay.settled();
  return payment;
};

beforeAll(async () => {
  relay = await startJourney();
  PORT = new URL(relay.url).port;
  early = await shopping('early', ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS']);
  await relay.forward(3600_000);
  noon = relay.clock.now().toISOString();
  late = await shopping('late', ['IN_PROGRESS', 'BACK']);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

/** Replays, and tells what came onto the bus meanwhile: payment and sequence. */
async function replayed(...words: string[]) {
  const before = relay.events().length;
  const said = await replay(words, { PORT });
  const details = relay.events().map(({ detail }) => detail as PaymentChange);
  return { said, details: details.slice(before), out: details.slice(before).map(({ id }) => id) };
}
const inFile = (...lines: string[]) => {
  const file = join(folder, 'seen');
  writeFileSync(file, lines.join('\n'));
  return file;
};

test('a payment goes out again in order: the changes that it had, marked as replayed', async () => {
  const first = relay.events().filter(({ detail }) => (detail as PaymentChange).paymentId === early);
  const { said, details } = await replayed('--payment', `${early}`);
  expect(said).toBe('Published again: 3 changes of 1 payment.\n');
  expect(details).toEqual(first.map(({ detail }) => ({ ...(detail as PaymentChange), replayed: true })));
  expect(details.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('a payment is replayed from behind the sequence that somebody saw', async () => {
  expect((await replayed('--payment', `${early}`, '--after', '2')).out).toEqual([`${early}.3`]);
});

test('a time that begins after a change leaves its payment out', async () => {
  expect((await replayed('--since', noon)).out).toEqual([`${late}.1`, `${late}.2`]);
});

test('a time that ends before a change leaves its payment out', async () => {
  expect((await replayed('--since', '2020-01-01T00:00:00Z', '--until', noon)).out).toEqual([
    `${early}.1`,
    `${early}.2`,
    `${early}.3`,
  ]);
});

test('a subscriber that knows what it saw gets the rest, payment by payment', async () => {
  const seen = inFile(`${early} 1`, '', JSON.stringify({ paymentId: late, sequence: 1, more: 'fields' }));
  const { out } = await replayed('--seen', seen);
  expect(out.toSorted()).toEqual([`${early}.2`, `${early}.3`, `${late}.2`]);
  expect(out.filter((id) => id.startsWith(`${early}`))).toEqual([`${early}.2`, `${early}.3`]);
});

test('payments that it never heard of come with a time', async () => {
  const { out } = await replayed('--seen', inFile(`${early} 3`), '--since', '2020-01-01T00:00:00Z');
  expect(out).toEqual([`${late}.1`, `${late}.2`]);
});

test('a dry run counts and publishes nothing', async () => {
  const { said, out } = await replayed('--since', '2020-01-01T00:00:00Z', '--dry-run', '--json');
  expect(JSON.parse(said)).toEqual({ dryRun: true, payments: 2, changes: 5, stopped: [], unknown: [] });
  expect(out).toEqual([]);
});

test('a payment that the table does not hold is named, and the exit code says so', async () => {
  const { said } = await replayed('--payment', 'nobody');
  expect(said).toContain('Unknown: nobody is not in the table');
  expect(process.exitCode).toBe(1);
});

test.each([
  [[], 'one of --payment, --since and --seen'],
  [['--payment', '../etc'], '--payment: 1 to 64'],
  [['--payment', 'a', '--since', '2026-11-22T10:00:00Z'], '--payment: not together'],
  [['--payment', 'a', '--after', '-1'], '--after'],
  [['--payment', 'a', '--after', 'two'], '--after: two is no sequence'],
  [['--after', '2'], '--after: which --payment?'],
  [['--since', 'yesterday'], '--since: like 2026-11-22T10:00:00Z, not yesterday'],
  [['--since', '2026-11-22T10:00:00'], '--since: like'],
  [['--since', '2026-11-22T10:00:00Z', '--until', '2026-11-22T09:00:00Z'], '--until: lies before --since'],
  [['--until', '2026-11-22T10:00:00Z'], '--until: since when?'],
  [['--seen', '/no/such/file'], '--seen /no/such/file: cannot be read'],
  [['--payments', 'a'], '--payments'],
  [['order-1'], 'order-1'],
])('%j is refused by name, and nothing is called', async (words, named) => {
  const refused = await replay(words, { PORT: '1' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(named) });
});

test.each(['order-1', 'order-1 two', '../etc 1', '{"paymentId":"order-1"}', '{'])(
  'a line of what was seen that says "%s" is refused by its number',
  async (line) => {
    await expect(replay(['--seen', inFile('order-1 1', line)], { PORT: '1' })).rejects.toThrow('line 2 is neither');
  },
);

test('as a command it prints its result on stdout and ends with 1 when something is not out', async () => {
  const { ended, output, errors } = runNode('cli/klarna-relay.ts', ['replay', '--payment', 'nobody', '--json'], {
    PORT,
  });
  expect(await ended).toMatchObject({ code: 1 });
  expect(JSON.parse(output())).toMatchObject({ unknown: ['nobody'] });
  expect(errors()).toBe('');
});
