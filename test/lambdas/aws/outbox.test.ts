import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { outbox, type StreamRow } from '../../../lambdas/aws/outbox.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import {
  applyAll,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const bus = mockClient(EventBridgeClient);
const send = outbox({ client: new EventBridgeClient({ region: 'eu-central-1' }), bus: 'the-bus' });
const publish = async (rows: StreamRow[]) => {
  const { acknowledged, ...result } = await send(rows);
  return result;
};
const image = (payment: Payment) => marshall(payment, { removeUndefinedValues: true });

/** The stream rows of one payment to which these reports are applied one after the other. */
function rowsOf(name: string, ...reports: Report[]): StreamRow[] {
  const states = reports.map((_, n) => ({ ...applyAll(...reports.slice(0, n + 1)).payment, id: paymentIdOf(name) }));
  return states.map((payment, n) => {
    const before = states[n - 1];
    const changes = payment.changes.map((change) => ({
      ...change,
      id: `${name}.${change.sequence}`,
      paymentId: paymentIdOf(name),
    }));
    return {
      dynamodb: {
        SequenceNumber: `${name}#${n + 1}`,
        NewImage: image({ ...payment, changes }),
        ...(before && { OldImage: image(before) }),
      },
    };
  });
}

const entries = (): PutEventsRequestEntry[][] =>
  bus.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);
const ids = () => entries().map((call) => call.map(({ Detail }) => JSON.parse(Detail ?? '').id));

/** The bus accepts all changes except these. */
const refuse = (...refused: string[]) =>
  bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: PutEventsRequestEntry[] }) => {
    const answers = Entries.map(({ Detail }) =>
      refused.includes(JSON.parse(Detail ?? '').id) ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' },
    );
    return { FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode).length, Entries: answers };
  });

beforeEach(() => {
  bus.reset();
  refuse();
});

const story = (name: string) =>
  rowsOf(name, sessionUpdate('IN_PROGRESS', 1), sessionUpdate('FAILED', 2), sessionUpdate('COMPLETED', 3));

test('each change is published once, in order, under its own id', async () => {
  expect(await publish(story('a'))).toEqual({ published: 3, refused: [] });
  expect(ids()).toEqual([['a.1'], ['a.2'], ['a.3']]);
});

test('an entry has bus, source, type and time, and its detail has the references but no token', async () => {
  await publish(rowsOf('a', stageReport('authorized', 1, { order_id: 'o', ...tokenFacts('tell-no-one', 1) })));
  const [entry] = entries()[0] ?? [];
  expect(entry).toMatchObject({
    EventBusName: 'the-bus',
    Source: 'klarna-relay',
    DetailType: 'Payment Stage Changed',
    Time: new Date('2026-11-22T10:02:00.000Z'),
  });
  expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ id: 'a.1', references: { order_id: 'o' } });
  expect(entry?.Detail).not.toContain('tell-no-one');
});

test('a row that added no change publishes nothing', async () => {
  const rows = rowsOf('a', sessionUpdate('IN_PROGRESS', 1), readHint('order', 2), sessionUpdate('IN_PROGRESS', 3));
  expect(await publish(rows)).toEqual({ published: 1, refused: [] });
  expect(ids()).toEqual([['a.1']]);
});

test('a row of a deleted payment (TTL), one of another item and an empty one publish nothing', async () => {
  const [row] = story('a');
  const other: StreamRow = { dynamodb: { NewImage: { id: { S: 'no payment' } } } };
  expect(await publish([{ dynamodb: { OldImage: row?.dynamodb?.NewImage ?? {} } }, other, {}])).toEqual({
    published: 0,
    refused: [],
  });
  expect(entries()).toEqual([]);
});

test('changes of different payments share a call of at most ten', async () => {
  const rows = Array.from({ length: 23 }, (_, n) => rowsOf(`p${n}`, sessionUpdate('IN_PROGRESS', 1))).flat();
  expect(await publish(rows)).toEqual({ published: 23, refused: [] });
  expect(entries().map((call) => call.length)).toEqual([10, 10, 3]);
});

test('the last accepted sequence of each payment is returned', async () => {
  refuse('a.3', 'c.1');
  const rows = [...story('a'), ...story('b'), ...rowsOf('c', sessionUpdate('IN_PROGRESS', 1))];
  expect([...(await send(rows)).acknowledged]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect([...(await send([...story('b'), ...rowsOf('c', sessionUpdate('IN_PROGRESS', 1))])).acknowledged]).toEqual([
    ['b', 3],
  ]);
});

describe('when the bus refuses', () => {
  test('the stream resumes at the first refused row, and no later change is published', async () => {
    refuse('a.2');
    expect(await publish(story('a'))).toEqual({
      published: 1,
      refused: ['ThrottlingException'],
      stuck: { change: 'a.2', resumeAt: 'a#2' },
    });
    expect(ids()).toEqual([['a.1'], ['a.2']]);
  });

  test('changes accepted in the same call count, and are published again with the resumed rows', async () => {
    refuse('a.1');
    const rows = [...rowsOf('a', sessionUpdate('IN_PROGRESS', 1)), ...rowsOf('b', sessionUpdate('IN_PROGRESS', 1))];
    expect(await publish(rows)).toEqual({
      published: 1,
      refused: ['ThrottlingException'],
      stuck: { change: 'a.1', resumeAt: 'a#1' },
    });
    refuse();
    await publish(rows);
    expect(ids()).toEqual([
      ['a.1', 'b.1'],
      ['a.1', 'b.1'],
    ]);
  });

  test('an answer of 200 that contains a refusal is no success', async () => {
    bus
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'x' }] });
    expect(await publish(rowsOf('a', sessionUpdate('IN_PROGRESS', 1)))).toMatchObject({
      published: 0,
      stuck: { change: 'a.1', resumeAt: 'a#1' },
    });
  });

  test.each([
    ['counts a failure without naming it', { FailedEntryCount: 1 }],
    ['has a failure without a code', { FailedEntryCount: 1, Entries: [{ ErrorMessage: 'x' }] }],
    ['is empty', {}],
  ])('an answer that %s is no success', async (_, answer) => {
    bus.on(PutEventsCommand).resolves(answer);
    expect(await publish(rowsOf('a', sessionUpdate('IN_PROGRESS', 1)))).toMatchObject({
      published: 0,
      refused: ['Unknown'],
    });
  });

  test('a call that fails refuses its rows, and earlier rows stay published', async () => {
    const rows = story('a');
    bus
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] })
      .rejects(Object.assign(new Error('down'), { name: 'ServiceUnavailable' }));
    expect(await publish(rows)).toEqual({
      published: 1,
      refused: ['ServiceUnavailable'],
      stuck: { change: 'a.2', resumeAt: 'a#2' },
    });
  });
});
