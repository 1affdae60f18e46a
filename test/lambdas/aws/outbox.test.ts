import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { outbox, type StreamRow } from '../../../lambdas/aws/outbox.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import {
  applyAll,
  minute,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const bus = mockClient(EventBridgeClient);
const client = new EventBridgeClient({ region: 'eu-central-1' });
let notes: Record<string, number> = {};
let noteReads: string[] = [];
const send = outbox({
  client,
  bus: 'the-bus',
  acknowledged: async ({ id }) => {
    noteReads.push(id);
    return notes[id] ?? 0;
  },
});
/** Publishes rows, and notes what the bus accepted as the handler does. */
const publish = async (rows: StreamRow[]) => {
  const { acknowledged, ...result } = await send(rows);
  for (const {
    payment: { id },
    sequence,
  } of acknowledged)
    notes[id] = Math.max(sequence, notes[id] ?? 0);
  return result;
};
const image = (payment: Payment) => marshall(payment, { removeUndefinedValues: true });

/** The stream rows of one payment to which these reports are applied one after the other. */
const rowsOf = (name: string, ...reports: Report[]) => confirmedRowsOf(name, 0, ...reports);

/** The same where the payment says that this many of its changes are confirmed. */
function confirmedRowsOf(name: string, sequence: number, ...reports: Report[]): StreamRow[] {
  const confirmation = sequence === 0 ? undefined : { sequence, at: minute(9) };
  const states = reports.map((_, n) => ({
    ...applyAll(...reports.slice(0, n + 1)).payment,
    id: paymentIdOf(name),
    confirmation,
  }));
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
  notes = {};
  noteReads = [];
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
  const acknowledgedOf = async (some: StreamRow[]) =>
    (await send(some)).acknowledged.map(({ payment: { id, incarnation }, sequence }) => [id, incarnation, sequence]);
  expect(await acknowledgedOf(rows)).toEqual([
    ['a', '0', 2],
    ['b', '0', 1],
  ]);
  expect(await acknowledgedOf([...story('b'), ...rowsOf('c', sessionUpdate('IN_PROGRESS', 1))])).toEqual([
    ['b', '0', 3],
  ]);
});

describe('when earlier rows never got through', () => {
  test('their changes are published before those of the next row, in order', async () => {
    const [, second, third] = story('a');
    await publish([third ?? {}]);
    expect(ids()).toEqual([['a.1'], ['a.2'], ['a.3']]);
    await publish([second ?? {}]); // it comes again: its change is repeated, and no other
    expect(ids().slice(3)).toEqual([['a.2']]);
  });

  test('a row that added nothing brings them as well', async () => {
    const rows = rowsOf('a', sessionUpdate('IN_PROGRESS', 1), readHint('order', 2));
    await publish(rows.slice(1));
    expect(ids()).toEqual([['a.1']]);
  });

  test('changes that the payment says are confirmed are not published for a missing note', async () => {
    const rows = confirmedRowsOf('a', 2, ...[1, 2, 3].map((n) => sessionUpdate(n % 2 ? 'IN_PROGRESS' : 'FAILED', n)));
    await publish(rows.slice(2));
    expect(ids()).toEqual([['a.3']]);
  });

  test('the first of several rows brings them, and the note of a payment is read once for all', async () => {
    await publish([...story('a').slice(1), ...story('b')]);
    expect(
      ids()
        .flat()
        .filter((id) => id.startsWith('a')),
    ).toEqual(['a.1', 'a.2', 'a.3']);
    expect(noteReads).toEqual(['a', 'b']);
  });

  test('a note of more than the old image had, as after a restore, silences nothing', async () => {
    notes.a = 99;
    await publish(story('a'));
    expect(ids()).toEqual([['a.1'], ['a.2'], ['a.3']]);
  });

  test('a row that added nothing to a confirmed payment reads no note', async () => {
    const rows = confirmedRowsOf('a', 1, sessionUpdate('IN_PROGRESS', 1), readHint('order', 2));
    expect(await publish(rows.slice(1))).toEqual({ published: 0, refused: [] });
    expect(noteReads).toEqual([]);
  });

  test('nothing is published while notes cannot be read: the rows come again', async () => {
    const down = async () => Promise.reject(new Error('throttled'));
    await expect(outbox({ client, bus: 'the-bus', acknowledged: down })(story('a'))).rejects.toThrow('throttled');
    expect(entries()).toEqual([]);
  });
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
