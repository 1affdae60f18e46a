import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { toEntry } from '../../../lambdas/aws/bus.ts';
import { republish } from '../../../lambdas/aws/republish.ts';
import { applyAll, sessionUpdate, stageReport, tokenFacts } from '../../support/builders/reports.ts';

const bus = mockClient(EventBridgeClient);
const republishAll = republish({ client: new EventBridgeClient({ region: 'eu-central-1' }), bus: 'the-bus' });
const { payment } = applyAll(
  sessionUpdate('IN_PROGRESS', 1),
  sessionUpdate('FAILED', 2),
  stageReport('authorized', 3, tokenFacts('tell-no-one', 3)),
  sessionUpdate('COMPLETED', 4, { order_id: 'o' }),
);

const calls = (): PutEventsRequestEntry[][] =>
  bus.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);
const details = () => calls().map(([entry]) => JSON.parse(entry?.Detail ?? ''));

beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
});

test('all changes of a payment are published again, in order, each with a call of its own', async () => {
  expect(await republishAll({ payment })).toEqual({ published: 4 });
  expect(calls().map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  expect(details().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

test('a replayed change differs from the first publication only by its mark', async () => {
  await republishAll({ payment });
  const first = payment.changes.map((change) => toEntry({ payment, change, bus: 'the-bus' }));
  expect(calls().map(([entry]) => ({ ...entry, Detail: '' }))).toEqual(
    first.map((entry) => ({ ...entry, Detail: '' })),
  );
  expect(details()).toEqual(first.map(({ Detail }) => ({ ...JSON.parse(Detail ?? ''), replayed: true })));
  expect(JSON.stringify(calls())).not.toContain('tell-no-one');
});

test('a replay starts at the given sequence', async () => {
  expect(await republishAll({ payment, from: 3 })).toEqual({ published: 2 });
  expect(details().map(({ sequence }) => sequence)).toEqual([3, 4]);
});

test('a replay from behind the last change publishes nothing', async () => {
  expect(await republishAll({ payment, from: 5 })).toEqual({ published: 0 });
  expect(calls()).toEqual([]);
});

test('a replay stops at the first refusal, so that no change overtakes another', async () => {
  bus
    .on(PutEventsCommand)
    .resolvesOnce({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] })
    .resolvesOnce({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
  expect(await republishAll({ payment })).toEqual({
    published: 1,
    stuck: { change: 'order-1.0.2', sequence: 2, reason: 'ThrottlingException' },
  });
  expect(details().map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test('a call that fails is a refusal', async () => {
  bus.on(PutEventsCommand).rejects(Object.assign(new Error('down'), { name: 'ServiceUnavailable' }));
  expect(await republishAll({ payment })).toEqual({
    published: 0,
    stuck: { change: 'order-1.0.1', sequence: 1, reason: 'ServiceUnavailable' },
  });
});
