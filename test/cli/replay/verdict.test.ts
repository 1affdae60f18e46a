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

test('rows that were given up are replayed from the payments of that time, clocks being apart', () => {
  expect(discarded(batch)).toEqual({
    cause: 'RecordAgeExceeded: 7 rows of the stream were given up',
    safe: 'yes: the payments hold their changes',
    does: 'republish',
    range: { since: '2026-11-22T09:55:00.000Z', until: '2026-11-22T10:03:00.000Z' },
  });
});

test('where Lambda tells no arrival, a whole day of the stream is meant', () => {
  const { approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord, ...info } = batch.DDBStreamBatchInfo;
  expect(discarded({ ...batch, DDBStreamBatchInfo: info })).toMatchObject({
    range: { since: '2026-11-22T08:55:00.717Z', until: '2026-11-23T09:01:00.717Z' },
  });
});

const event = { source: 'klarna-relay', detail: { paymentId: 'order-1', sequence: 4 } };
const undeliverable = (body: unknown, attributes = {}) =>
  verdictOn({ ...letter, queue: 'Undeliverable', body: JSON.stringify(body), attributes });

test('an event that could not be processed is replayed from its sequence on, with the reason that EventBridge gives', () => {
  const attributes = { ERROR_CODE: 'KMS_ACCESS_DENIED', ERROR_MESSAGE: 'no right to the key' };
  expect(undeliverable(event, attributes)).toEqual({
    cause: 'KMS_ACCESS_DENIED: no right to the key',
    safe: 'yes: it goes out under the same id',
    does: 'republish',
    missed: { payment: 'order-1', from: 4 },
  });
});

test.each([
  ['somebody else’s event', { ...event, source: 'shop' }],
  ['an event without a payment', { ...event, detail: {} }],
  ['a payment that is no id', { ...event, detail: { paymentId: '../x', sequence: 1 } }],
  ['no event', 'text'],
])('%s stays where it is', (_, body) => {
  expect(undeliverable(body)).toMatchObject({ does: 'keep', safe: expect.stringMatching(/^no/) });
});

test.each(['', '{', '{"requestContext":{"condition":"X"}}'])(
  'a discarded letter that says %j stays where it is',
  (body) => {
    expect(verdictOn({ ...letter, queue: 'Discarded', body })).toMatchObject({ does: 'keep' });
  },
);

test.each([
  [JSON.stringify(batch), {}, 'RecordAgeExceeded'],
  ['{"scheduled":true}', { ERROR_CODE: 'THROTTLED' }, 'THROTTLED'],
  ['{"scheduled":true}', {}, 'no reason given'],
])('a missed wake-up %s needs nothing', (body, attributes, cause) => {
  expect(verdictOn({ ...letter, queue: 'MissedWakeUps', body, attributes })).toMatchObject({ does: 'forget', cause });
});
