import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentTerminal } from '../../../cli/command.ts';
import { CommandFailure } from '../../../cli/command-failure.ts';
import { replay } from '../../../cli/commands/replay.ts';
import { main } from '../../../cli/main.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { findRelayResources } from '../../../cli/replay/relay-resources.ts';
import { type PaymentChange, type PaymentEvent, paymentEvent } from '../../../events/contract.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { statusUpdateBody } from '../../support/builders/callback-bodies.ts';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
let PORT: string;
let [early, late]: PaymentId[] = [];
let noon: string;
const folder = mkdtempSync(join(tmpdir(), 'replay-'));

const shopping = async (name: string, words: string[]) => {
  const payment = relay.newPayment(name);
  for (const [minute, word] of words.entries())
    await relay.post({ kind: 'status_update', payment, body: statusUpdateBody(word, minute) });
  await relay.idle();
  return payment;
};

beforeAll(async () => {
  relay = await startJourney();
  PORT = new URL(relay.url).port;
  early = await shopping('early', ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS']);
  await relay.forward(2 * 3600_000); // an hour after a change it is known to be out
  noon = relay.clock.now().toISOString();
  late = await shopping('late', ['IN_PROGRESS', 'BACK']);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** The output of a replay, whether it failed, and the events that it published. */
async function run(...args: string[]) {
  const before = relay.events().length;
  let failed = false;
  const output = await replay(args, { PORT }).catch((error: unknown) => {
    failed = true;
    return error instanceof CommandFailure ? error.report : Promise.reject(error);
  });
  const details = relay.events().map(({ detail }) => detail as PaymentChange);
  return {
    output,
    failed,
    details: details.slice(before),
    out: details.slice(before).map(({ paymentId, sequence }) => `${paymentId}.${sequence}`),
  };
}
const inFile = (...lines: string[]) => {
  const file = join(folder, 'seen');
  writeFileSync(file, lines.join('\n'));
  return file;
};

test('the changes of a payment are published again in order, as they were but marked as replayed', async () => {
  const first = relay.events().filter(({ detail }) => (detail as PaymentChange).paymentId === early);
  const { output, details } = await run('--payment', `${early}`);
  expect(output).toBe('Published again: 3 changes of 1 payment.\n');
  expect(details).toEqual(first.map(({ detail }) => ({ ...(detail as PaymentChange), replayed: true })));
  expect(details.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('--after leaves out the changes up to a sequence', async () => {
  expect((await run('--payment', `${early}`, '--after', '2')).out).toEqual([`${early}.3`]);
});

test('--since leaves out a payment whose changes are older', async () => {
  expect((await run('--since', noon)).out).toEqual([`${late}.1`, `${late}.2`]);
});

test('--until leaves out a payment whose changes are newer', async () => {
  expect((await run('--since', '2020-01-01T00:00:00Z', '--until', noon)).out).toEqual([
    `${early}.1`,
    `${early}.2`,
    `${early}.3`,
  ]);
});

test("--seen publishes what follows a subscriber's last events, payment by payment", async () => {
  const seen = inFile(`${early} 1`, '', JSON.stringify({ paymentId: late, sequence: 1, more: 'fields' }));
  const { out } = await run('--seen', seen);
  expect(out.toSorted()).toEqual([`${early}.2`, `${early}.3`, `${late}.2`]);
  expect(out.filter((id) => id.startsWith(`${early}`))).toEqual([`${early}.2`, `${early}.3`]);
});

test('--seen takes the ids of events; the latest of a payment counts', async () => {
  const ids = relay
    .events()
    .map(({ detail }) => detail as PaymentChange)
    .filter(({ paymentId, sequence }) => paymentId === early && sequence < 3)
    .map(({ id }) => id);
  expect((await run('--seen', inFile(...ids.toReversed()))).out).toEqual([`${early}.3`]);
});

test('--seen with --since also publishes payments that the subscriber has not seen', async () => {
  const { out } = await run('--seen', inFile(`${early} 3`), '--since', '2020-01-01T00:00:00Z');
  expect(out).toEqual([`${late}.1`, `${late}.2`]);
});

test('a dry run counts and publishes nothing', async () => {
  const { output, out } = await run('--since', '2020-01-01T00:00:00Z', '--dry-run', '--json');
  expect(JSON.parse(output)).toEqual({ dryRun: true, payments: 2, changes: 5, stopped: [], unknown: [] });
  expect(out).toEqual([]);
});

test('a payment that is not in the table is named, and the command fails', async () => {
  const { output, failed } = await run('--payment', 'missing-1');
  expect(output).toContain('Unknown: missing-1 is not in the table');
  expect(failed).toBe(true);
});

/** The events that a queue received, and takes out of it. */
async function receivedBy(url: string): Promise<PaymentEvent[]> {
  const { aws } = await findRelayResources({}, { PORT });
  const sqs = new SQSClient(aws);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
  if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  return Messages.map(({ Body = '' }) => paymentEvent.parse(JSON.parse(Body)));
}

describe("a replay into one subscriber's queue", () => {
  let queue: string;
  beforeAll(async () => {
    queue = (await findRelayResources({}, { PORT })).queues.MissedWakeUps ?? '';
  });

  test('sends the events as EventBridge does, and not to the bus; they say nothing of where to start', async () => {
    const { output, out } = await run('--payment', `${early}`, '--after', '1', '--queue', queue);
    expect([output, out]).toEqual(['Published again: 2 changes of 1 payment.\n', []]);
    const published = relay.events().filter(({ detail }) => (detail as PaymentChange).paymentId === early);
    const received = await receivedBy(queue);
    expect(received.map(({ detail }) => detail)).toEqual(
      published.slice(1, 3).map(({ detail }) => ({ ...(detail as PaymentChange), replayed: true })),
    );
    expect(received.map((event) => [event['detail-type'], event.source])).toEqual(
      published.slice(1, 3).map((event) => [event['detail-type'], event.source]),
    );
  });

  test('--joins says where a new subscriber starts, and adds the latest change of every other payment', async () => {
    await run('--since', noon, '--queue', queue, '--joins');
    const places = (await receivedBy(queue)).map(({ detail }) => [
      detail.paymentId,
      detail.sequence,
      detail.replayedFrom,
    ]);
    expect(places.toSorted()).toEqual([
      [early, 3, 3],
      [late, 1, 1],
      [late, 2, 1],
    ]);
  });

  test('an event that the queue refuses ends the replay of its payment', async () => {
    const { output, failed } = await run('--payment', `${early}`, '--queue', `${queue}-of-nobody`);
    expect(failed).toBe(true);
    expect(output).toContain(`Stopped: ${early} at sequence 1: QueueDoesNotExist`);
  });
});

test.each([
  [['--payment', 'a', '--queue', 'new-shop'], '--queue: the URL of a queue, not new-shop'],
  [['--since', '2026-11-22T10:00:00Z', '--joins'], '--joins: needs --queue and --since'],
  [['--payment', 'a', '--joins', '--queue', 'http://127.0.0.1:1/q'], '--joins: needs --queue and --since'],
  [[], 'one of --payment, --since and --seen'],
  [['--payment', '../etc'], '--payment: 1 to 64'],
  [['--payment', 'a', '--since', '2026-11-22T10:00:00Z'], '--payment: not together'],
  [['--payment', 'a', '--after', '-1'], '--after'],
  [['--payment', 'a', '--after', 'two'], '--after: two is not a sequence'],
  [['--after', '2'], '--after: needs --payment'],
  [['--since', 'yesterday'], '--since: like 2026-11-22T10:00:00Z, not yesterday'],
  [['--since', '2026-11-22T10:00:00'], '--since: like'],
  [['--since', '2026-11-22T10:00:00Z', '--until', '2026-11-22T09:00:00Z'], '--until: lies before --since'],
  [['--until', '2026-11-22T10:00:00Z'], '--until: needs --since'],
  [['--seen', '/no/such/file'], '--seen /no/such/file: cannot be read'],
  [['--payments', 'a'], '--payments'],
  [['order-1'], 'order-1'],
])('%j is refused by name, and nothing is called', async (args, message) => {
  const refused = await replay(args, { PORT: '1' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(message) });
});

test.each(['order-1', 'order-1.2', 'order-1 two', '../etc 1', '{"paymentId":"order-1"}', '{'])(
  'the line "%s" of a --seen file is refused by its number',
  async (line) => {
    await expect(replay(['--seen', inFile('order-1 1', line)], { PORT: '1' })).rejects.toThrow('line 2 is neither');
  },
);

test('the result goes to stdout and the exit code is 1 when a payment is missing', async () => {
  const { stdout, stderr, code } = await main(
    ['replay', '--payment', 'missing-1', '--json'],
    { PORT },
    silentTerminal(),
  );
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ unknown: ['missing-1'] });
});
