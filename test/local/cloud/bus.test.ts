import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../../../local/cloud/aws.ts';
import { localBus } from '../../../local/cloud/bus.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import type { BusEvent } from '../../../stories/bus-event.ts';

const saved: BusEvent[] = [];
const bus = localBus({ names: ['payments'], earlier: [], save: (event) => saved.push(event) });
const server = awsEndpoint({ AWSEvents: bus.service });
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  settings = { endpoint: await listen(server), region: 'eu-central-1', credentials };
});
afterAll(() => close(server));

const putEvents = (...Entries: PutEventsRequestEntry[]) =>
  new EventBridgeClient(settings).send(new PutEventsCommand({ Entries }));
const entry = { EventBusName: 'payments', Source: 'shop', DetailType: 'Paid', Detail: '{"n":1}' };

test('an event sent by the AWS client comes out as EventBridge delivers it', async () => {
  const Time = new Date('2026-11-20T12:00:00.789Z');
  const answer = await putEvents({ ...entry, Time });
  expect(answer.FailedEntryCount).toBe(0);
  expect(bus.events().at(-1)).toEqual({
    version: '0',
    id: answer.Entries?.[0]?.EventId,
    'detail-type': 'Paid',
    source: 'shop',
    account: '000000000000',
    time: '2026-11-20T12:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: { n: 1 },
  });
  expect(saved.at(-1)).toEqual(bus.events().at(-1));
});

test.each([
  { wrong: 'no source', change: { Source: undefined }, code: 'InvalidArgument' },
  { wrong: 'no type', change: { DetailType: undefined }, code: 'InvalidArgument' },
  { wrong: 'no detail', change: { Detail: undefined }, code: 'InvalidArgument' },
  { wrong: 'a detail that is not JSON', change: { Detail: '{' }, code: 'MalformedDetail' },
  { wrong: 'a detail that is not an object', change: { Detail: '[1]' }, code: 'MalformedDetail' },
  {
    wrong: 'an unknown bus',
    change: { EventBusName: 'another' },
    code: 'ResourceNotFoundException',
  },
])('an entry with $wrong is refused, and the others of its call are published', async ({ change, code }) => {
  const before = bus.events().length;
  const answer = await putEvents(entry, { ...entry, ...change }, entry);
  expect(answer.FailedEntryCount).toBe(1);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
  expect(bus.events().length - before).toBe(2);
});

test('a bus may be named by its ARN', async () => {
  const EventBusName = 'arn:aws:events:eu-central-1:000000000000:event-bus/payments';
  expect(await putEvents({ ...entry, EventBusName })).toMatchObject({ FailedEntryCount: 0 });
});

test.each([
  { wrong: 'no entry', entries: [] },
  { wrong: 'eleven entries', entries: Array.from({ length: 11 }, () => entry) },
  { wrong: 'more than a megabyte', entries: [{ ...entry, Detail: JSON.stringify({ n: 'x'.repeat(1024 * 1024) }) }] },
])('a call with $wrong is refused as a whole', async ({ entries }) => {
  const before = bus.events().length;
  await expect(putEvents(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  expect(bus.events()).toHaveLength(before);
});

test('an operation other than PutEvents is refused', async () => {
  const rules = new EventBridgeClient(settings).send(new ListRulesCommand({}));
  await expect(rules).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
