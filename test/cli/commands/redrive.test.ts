import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CommandFailure } from '../../../cli/command-failure.ts';
import { redrive } from '../../../cli/commands/redrive.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { findRelayResources, type RelayResources } from '../../../cli/replay/relay-resources.ts';
import { columns } from '../../../cli/wrap.ts';
import type { PaymentChange } from '../../../events/contract.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { AwsError } from '../../../local/cloud/aws.ts';
import { statusUpdateBody } from '../../support/builders/callback-bodies.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';
import { type Journey, startJourney } from '../../support/harness/journey.ts';

let relay: Journey;
let resources: RelayResources;
let PORT: string;
let payment: PaymentId;
let isBusDown = false;

beforeAll(async () => {
  relay = await startJourney({
    template: discardEarly(await synthesisedOnce()),
    onAwsCall: ({ action }) => {
      if (isBusDown && action === 'events:PutEvents') throw new AwsError('ThrottlingException', 'Rate exceeded');
    },
  });
  PORT = new URL(relay.url).port;
  resources = await findRelayResources({}, { PORT });
});
afterAll(() => relay.stop());
beforeEach(async () => {
  payment = relay.newPayment('dead-letter');
  for (const [minute, word] of ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS'].entries()) await report(word, minute);
  await relay.idle();
});
afterEach(() => redrive(['--send'], { PORT }).catch(() => undefined));

/** Lambda discards the outbox's stream records after three seconds instead of 23 hours. */
function discardEarly(template: unknown): unknown {
  const text = JSON.stringify(template).replace('"MaximumRecordAgeInSeconds":82800', '"MaximumRecordAgeInSeconds":3');
  expect(text).toContain('"MaximumRecordAgeInSeconds":3,');
  return JSON.parse(text);
}

const report = (word: string, minute: number) =>
  relay.post({ kind: 'status_update', payment, body: statusUpdateBody(word, minute) });

/** Puts EventBridge's message about one change into the queue. */
async function undeliverable(sequence: number, paymentId: string = payment): Promise<void> {
  await new SQSClient(resources.aws).send(
    new SendMessageCommand({
      QueueUrl: resources.queues.Undeliverable,
      MessageBody: JSON.stringify({ source: 'klarna-relay', detail: { paymentId, sequence } }),
      MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'INTERNAL_ERROR' } },
    }),
  );
}

/** The report of a run, whether it failed, and the events that it published. */
async function run(...args: string[]) {
  const before = relay.events().length;
  let failed = false;
  const output = await redrive([...args, '--json'], { PORT }).catch((error: unknown) => {
    failed = true;
    return error instanceof CommandFailure ? error.report : Promise.reject(error);
  });
  const details = relay.events().map(({ detail }) => detail as PaymentChange);
  const out = details.slice(before).map(({ paymentId, sequence, replayed }) => `${paymentId}.${sequence} ${replayed}`);
  return { report: JSON.parse(output), out, failed };
}

const lettersLeft = async (queue: 'Discarded' | 'Undeliverable') => {
  const QueueUrl = resources.queues[queue];
  const visibility = { MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await new SQSClient(resources.aws).send(
    new ReceiveMessageCommand({ QueueUrl, ...visibility }),
  );
  return Messages.length;
};

test('changes of discarded records are published again from their payments, and the letters are deleted', async () => {
  isBusDown = true;
  await report('FAILED', 9);
  await relay.idle();
  isBusDown = false;
  expect(relay.discardedRows()).not.toEqual([]);
  expect((await run('--send')).out).toEqual([1, 2, 3, 4].map((sequence) => `${payment}.${sequence} true`));
  expect(await lettersLeft('Discarded')).toBe(0);
}, 60_000);

test('without --send the letters are shown with their verdict; none is published, deleted or hidden', async () => {
  await undeliverable(2);
  const { report, out, failed } = await run();
  expect(report).toMatchObject({
    sent: false,
    letters: [
      {
        queue: 'Undeliverable',
        cause: 'INTERNAL_ERROR',
        safe: expect.stringMatching(/^yes/),
        action: 'republish',
        done: false,
      },
    ],
    changes: 2,
  });
  expect(out).toEqual([]);
  expect(await lettersLeft('Undeliverable')).toBe(1);
  expect(failed).toBe(false);
});

test('several letters of one payment make one replay, from the first of them on', async () => {
  await undeliverable(3);
  await undeliverable(2);
  const { report, out } = await run('--send');
  expect(out).toEqual([`${payment}.2 true`, `${payment}.3 true`]);
  expect(report).toMatchObject({ sent: true, payments: 1, changes: 2 });
  expect(await lettersLeft('Undeliverable')).toBe(0);
});

test('a letter about an unknown payment stays, the others are deleted, and the command fails', async () => {
  await undeliverable(1, 'missing-1');
  await undeliverable(3);
  const { report, failed } = await run('--send');
  expect(report.unknown).toEqual(['missing-1']);
  expect(report.letters.map(({ done }: { done: boolean }) => done).toSorted()).toEqual([false, true]);
  expect(await lettersLeft('Undeliverable')).toBe(1);
  expect(failed).toBe(true);
});

test('as text it shows each letter, and fits a terminal', async () => {
  await undeliverable(1, 'missing-1');
  await undeliverable(2);
  const text = await redrive([], { PORT });
  expect(text).toContain('Unknown: missing-1 is not in the table');
  expect(text).toContain(`cause: INTERNAL_ERROR (${payment} from sequence 2)`);
  expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
});

test.each([
  [['--send', '--dry-run'], '--send: not together'],
  [['--table', 't', '--bus', 'b'], '--discarded: no queue is named'],
  [['--sent'], '--sent'],
  [['order-1'], 'order-1'],
])('%j is refused by name', async (args, message) => {
  const refused = await redrive(args, { PORT }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(message) });
});
