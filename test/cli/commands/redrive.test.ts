import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { redrive } from '../../../cli/commands/redrive.ts';
import { type Deployment, deploymentOf } from '../../../cli/deployment.ts';
import { Misuse } from '../../../cli/misuse.ts';
import type { PaymentChange } from '../../../events/contract.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';

import { AwsError } from '../../../local/cloud/aws.ts';
import { statusUpdate } from '../../support/callbacks.ts';
import { type Journey, startJourney } from '../../support/journey.ts';
import { synthesisedOnce } from '../../support/template.ts';

let relay: Journey;
let deployment: Deployment;
let PORT: string;
let payment: PaymentId;
let busRefuses = false;

beforeAll(async () => {
  relay = await startJourney({
    template: impatient(await synthesisedOnce()),
    called: ({ action }) => {
      if (busRefuses && action === 'events:PutEvents') throw new AwsError('ThrottlingException', 'Rate exceeded');
    },
  });
  PORT = new URL(relay.url).port;
  deployment = await deploymentOf({}, { PORT });
});
afterAll(() => relay.stop());
beforeEach(async () => {
  payment = relay.named('dead-letter');
  for (const [minute, word] of ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS'].entries()) await told(word, minute);
  await relay.settled();
});
afterEach(async () => {
  process.exitCode = undefined;
  await redrive(['--send'], { PORT });
});

/** Rows of the outbox are given up after three seconds instead of a day. */
function impatient(template: unknown): unknown {
  const text = JSON.stringify(template).replace('"MaximumRecordAgeInSeconds":82800', '"MaximumRecordAgeInSeconds":3');
  expect(text).toContain('"MaximumRecordAgeInSeconds":3,');
  return JSON.parse(text);
}

const told = (word: string, minute: number) =>
  relay.post({ kind: 'status_update', payment, body: statusUpdate(word, minute) });

/** A letter of EventBridge about one change of the payment. */
async function undeliverable(sequence: number, paymentId: string = payment): Promise<void> {
  await new SQSClient(deployment.aws).send(
    new SendMessageCommand({
      QueueUrl: deployment.queues.Undeliverable,
      MessageBody: JSON.stringify({ source: 'klarna-relay', detail: { paymentId, sequence } }),
      MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'INTERNAL_ERROR' } },
    }),
  );
}

async function redriven(...words: string[]) {
  const before = relay.events().length;
  const said = await redrive([...words, '--json'], { PORT });
  const details = relay.events().map(({ detail }) => detail as PaymentChange);
  return { report: JSON.parse(said), out: details.slice(before).map(({ id, replayed }) => `${id} ${replayed}`) };
}

const left = async (queue: 'Discarded' | 'Undeliverable') => {
  const QueueUrl = deployment.queues[queue];
  const hold = { MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await new SQSClient(deployment.aws).send(new ReceiveMessageCommand({ QueueUrl, ...hold }));
  return Messages.length;
};

test('rows that the stream gave up are published again from their payments, and the letters are deleted', async () => {
  busRefuses = true;
  await told('FAILED', 9);
  await relay.settled();
  busRefuses = false;
  expect(relay.dropped()).not.toEqual([]);
  expect((await redriven('--send')).out).toEqual([1, 2, 3, 4].map((sequence) => `${payment}.${sequence} true`));
  expect(await left('Discarded')).toBe(0);
}, 60_000);

test('without --send letters are shown with cause and verdict; none is sent, deleted or hidden', async () => {
  await undeliverable(2);
  const { report, out } = await redriven();
  expect(report).toMatchObject({
    sent: false,
    letters: [{ queue: 'Undeliverable', cause: 'INTERNAL_ERROR', safe: expect.stringMatching(/^yes/), done: false }],
    changes: 2,
  });
  expect(out).toEqual([]);
  expect(await left('Undeliverable')).toBe(1);
  expect(process.exitCode).toBeUndefined();
});

test('several letters of one payment make one replay, from the first of them on', async () => {
  await undeliverable(3);
  await undeliverable(2);
  const { report, out } = await redriven('--send');
  expect(out).toEqual([`${payment}.2 true`, `${payment}.3 true`]);
  expect(report).toMatchObject({ sent: true, payments: 1, changes: 2 });
  expect(await left('Undeliverable')).toBe(0);
});

test('a letter about a payment that nobody knows stays, the others go, and the exit code says so', async () => {
  await undeliverable(1, 'nobody');
  await undeliverable(3);
  const { report } = await redriven('--send');
  expect(report.unknown).toEqual(['nobody']);
  expect(report.letters.map(({ done }: { done: boolean }) => done).toSorted()).toEqual([false, true]);
  expect(await left('Undeliverable')).toBe(1);
  expect(process.exitCode).toBe(1);
});

test('it reads like an answer', async () => {
  await undeliverable(1, 'nobody');
  expect(await redrive([], { PORT })).toContain('Unknown: nobody is not in the table');
});

test.each([
  [['--send', '--dry-run'], '--send: not together'],
  [['--table', 't', '--bus', 'b'], '--discarded: no queue is named'],
  [['--sent'], '--sent'],
])('%j is refused by name', async (words, named) => {
  const refused = await redrive(words, { PORT }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(named) });
});
