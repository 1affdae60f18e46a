import { expect, test } from 'vitest';
import { verdictOn } from '../../../cli/replay/verdict.ts';

const letter = { id: 'm', receipt: 'r', sentAt: '', attributes: {} };

/** As Lambda's guide shows it. */
const batch = {
  requestContext: {
    requestId: '316aa6d0-8154-4bc9-9af7-85d5f4a6bc81',
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:publish',
    condition: 'RecordAgeExceeded',
    approximateInvokeCount: 1,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-23T09:00:00.717Z',
  DDBStreamBatchInfo: {
    shardId: 'shardId-00000001573689847184-864758bb',
    startSequenceNumber: '800000000003126276362',
    endSequenceNumber: '800000000003126276399',
    approximateArrivalOfFirstRecord: '2026-11-22T10:00:00Z',
    approximateArrivalOfLastRecord: '2026-11-22T10:02:00Z',
    batchSize: 7,
    streamArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/payments/stream/2026-11-20T00:00:00.000',
  },
};
const discarded = (body: unknown) => verdictOn({ ...letter, queue: 'Discarded', body: JSON.stringify(body) });

test('discarded records replay the payments of that time, with an allowance for clocks that differ', () => {
  expect(discarded(batch)).toEqual({
    cause: 'RecordAgeExceeded: Lambda discarded 7 stream records',
    safe: 'yes: the payments hold their changes',
    action: 'republish',
    period: { since: '2026-11-22T09:55:00.000Z', until: '2026-11-22T10:03:00.000Z' },
  });
});

test('if Lambda gives no arrival times, the whole day of the stream is replayed', () => {
  const { approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord, ...info } = batch.DDBStreamBatchInfo;
  expect(discarded({ ...batch, DDBStreamBatchInfo: info })).toMatchObject({
    period: { since: '2026-11-22T08:55:00.717Z', until: '2026-11-23T09:01:00.717Z' },
  });
});

const event = { source: 'klarna-relay', detail: { paymentId: 'order-1', sequence: 4 } };
const undeliverable = (body: unknown, attributes = {}) =>
  verdictOn({ ...letter, queue: 'Undeliverable', body: JSON.stringify(body), attributes });

test("an undeliverable event is replayed from its sequence on, with EventBridge's reason", () => {
  const attributes = { ERROR_CODE: 'KMS_ACCESS_DENIED', ERROR_MESSAGE: 'no right to the key' };
  expect(undeliverable(event, attributes)).toEqual({
    cause: 'KMS_ACCESS_DENIED: no right to the key',
    safe: 'yes: it keeps its id',
    action: 'republish',
    start: { payment: 'order-1', from: 4 },
  });
});

test.each([
  ['an event of another source', { ...event, source: 'shop' }],
  ['an event without a payment', { ...event, detail: {} }],
  ['an event with a wrong payment id', { ...event, detail: { paymentId: '../x', sequence: 1 } }],
  ['a text', 'text'],
])('%s stays where it is', (_, body) => {
  expect(undeliverable(body)).toMatchObject({ action: 'keep', safe: expect.stringMatching(/^no/) });
});

test.each(['', '{', '{"requestContext":{"condition":"X"}}'])(
  'a discarded letter with the body %j stays where it is',
  (body) => {
    expect(verdictOn({ ...letter, queue: 'Discarded', body })).toMatchObject({ action: 'keep' });
  },
);

test.each([
  [JSON.stringify(batch), {}, 'RecordAgeExceeded'],
  ['{"scheduled":true}', { ERROR_CODE: 'THROTTLED' }, 'THROTTLED'],
  ['{"scheduled":true}', {}, 'no reason given'],
])('a missed wake-up %s is deleted', (body, attributes, cause) => {
  expect(verdictOn({ ...letter, queue: 'MissedWakeUps', body, attributes })).toMatchObject({ action: 'delete', cause });
});
