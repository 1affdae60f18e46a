import { describe, expect, test } from 'vitest';
import { traceOf } from '../../../lambdas/flows/operation-trace.ts';
import type { Operation } from '../../../lambdas/payment/operation.ts';
import { openPayment } from '../../../lambdas/payment/record.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';

const askedAt = '2026-11-28T10:00:00.000Z';
const success = { pspStatus: 'SUCCESS', state: 'SUCCESS', code: 'SUCCEEDED', at: '2026-11-28T11:00:00.000Z' } as const;
const failure = { ...success, pspStatus: 'UNKNOWN_RESPONSE', state: 'ERROR', code: 'FAILED' } as const;

const operationOf = (more: Partial<Operation>): Operation => ({
  id: 'op',
  kind: 'capture',
  amount: 400,
  fingerprint: '',
  askedAt,
  ...more,
});

type Order = Partial<Parameters<typeof traceOf>[0]>;

/** What an order shows of an operation, beside others of its payment. */
function trace(
  order: Order,
  operation: Partial<Operation>,
  others: Partial<Operation>[] = [],
  order_expires_at?: string,
) {
  const traced = operationOf(operation);
  const operations = [...others.map((each, at) => operationOf({ id: `other ${at}`, ...each })), traced];
  const payment = { ...openPayment(paymentIdOf('trace'), askedAt), operations };
  return traceOf({ captures: [], refunds: [], ...order }, { payment, operation: traced, order_expires_at });
}

const capture = (more: object) => ({ captured_amount: 400, captures: [{ captured_amount: 400, ...more }] });
const refund = (more: object) => ({ refunded_amount: 400, refunds: [{ refunded_amount: 400, ...more }] });

describe('an operation with its id as reference', () => {
  test.each<[name: string, order: Order, expected: unknown]>([
    [
      'was done if the reference is there',
      capture({ reference: 'op', capture_id: 'c' }),
      { done: { capture_id: 'c' } },
    ],
    ['also without an id', capture({ reference: 'op' }), { done: { capture_id: undefined } }],
    ['also without an amount', { captures: [{ reference: 'op', capture_id: 'c' }] }, { done: { capture_id: 'c' } }],
    ['may have been done if Klarna leaves out the reference', capture({ capture_id: 'c' }), 'unknown'],
    ['may have been done if Klarna shows the total alone', { captured_amount: 400 }, 'unknown'],
    ['may have been done if Klarna shows no total', { captures: [] }, 'unknown'],
    ['was not done if nothing was captured', { captured_amount: 0 }, 'not done'],
  ])('%s', (_, order, expected) => {
    expect(trace(order, {})).toEqual(expected);
  });

  test('of a refund is found among the refunds alone', () => {
    const kind = 'refund';
    expect(trace(refund({ reference: 'op', refund_id: 'r' }), { kind })).toEqual({ done: { refund_id: 'r' } });
    expect(trace(refund({ refund_id: 'r' }), { kind })).toBe('unknown');
    expect(trace({ ...capture({ reference: 'op' }), refunded_amount: 0 }, { kind })).toBe('not done');
  });
});

describe("an operation with the merchant's reference", () => {
  const reference = 'order 7';
  test.each<[name: string, order: Order, others: Partial<Operation>[], expected: unknown]>([
    ['is found by it', capture({ reference, capture_id: 'c' }), [], { done: { capture_id: 'c' } }],
    [
      'is not the one that another operation made',
      capture({ reference, capture_id: 'c' }),
      [{ capture_id: 'c', result: success }],
      'not done',
    ],
    ['is not found by it without an id', capture({ reference }), [], 'unknown'],
    [
      'is not found by it with another amount',
      { captured_amount: 300, captures: [{ reference, capture_id: 'c', captured_amount: 300 }] },
      [],
      'unknown',
    ],
    [
      'is not found by it without an amount',
      { captured_amount: 400, captures: [{ reference, capture_id: 'c' }] },
      [],
      'unknown',
    ],
    [
      'is found though an extension of its due date names the capture',
      capture({ reference, capture_id: 'c' }),
      [{ kind: 'extension', capture_id: 'c', result: success }],
      { done: { capture_id: 'c' } },
    ],
  ])('%s', (_, order, others, expected) => {
    expect(trace(order, { reference }, others)).toEqual(expected);
  });
});

describe('the total', () => {
  test.each<[name: string, total: number, others: Partial<Operation>[], expected: string]>([
    ['is explained by answered operations', 700, [{ amount: 300, result: success }, { result: success }], 'not done'],
    ['is not explained by those without a known result', 400, [{ result: failure }, {}], 'unknown'],
    ['is not explained by other kinds', 400, [{ kind: 'refund', result: success }], 'unknown'],
    ['holds more than the answered ones: a capture past the relay, or ours', 900, [{ result: success }], 'unknown'],
    ['holds less: the order was read too early', 0, [{ result: success }], 'unknown'],
  ])('%s', (_, captured_amount, others, expected) => {
    expect(trace({ captured_amount }, {}, others)).toBe(expected);
  });
});

test.each([
  ['cancellation', 'CANCELLED', undefined, { done: {} }],
  ['cancellation', 'AUTHORIZED', undefined, 'not done'],
  ['cancellation', 'CAPTURED', undefined, 'not done'],
  ['cancellation', 'CLOSED', undefined, 'unknown'],
  ['cancellation', undefined, undefined, 'unknown'],
  ['release', 'CAPTURED', 0, { done: {} }],
  ['release', 'CAPTURED', undefined, { done: {} }],
  ['release', 'CAPTURED', 7, 'unknown'],
  ['release', 'PART_CAPTURED', 7, 'not done'],
  ['release', 'EXPIRED', 0, 'not done'],
  ['release', 'CLOSED', 0, 'unknown'],
  ['release', undefined, 0, 'unknown'],
] as const)('the trace of a %s in an order that is %s with %s left is %j', (kind, status, left, expected) => {
  const order = { ...(status && { status }), ...(left !== undefined && { remaining_authorized_amount: left }) };
  expect(trace(order, { kind })).toEqual(expected);
});

describe('the extension of an authorization', () => {
  const [before, after] = ['2026-12-26T10:00:00.000Z', '2027-01-23T10:00:00.000Z'];
  const kind = 'extension';
  const extension = (
    expires_at: string | undefined,
    others: Partial<Operation>[] = [],
    known: string | undefined = before,
  ) => trace(expires_at ? { expires_at } : {}, { kind }, others, known);

  test('was done if the end of the authorization has moved since, and not if it has not', () => {
    expect([extension(after), extension(before)]).toEqual([{ done: {} }, 'not done']);
  });

  test('is unknown if Klarna shows no end, showed none before, or shows an earlier one', () => {
    expect([extension(undefined), extension('2026-12-25T10:00:00.000Z')]).toEqual(['unknown', 'unknown']);
    expect(trace({ expires_at: after }, { kind })).toBe('unknown');
  });

  test('is unknown if another one may have moved it since', () => {
    expect(extension(after, [{ kind }])).toBe('unknown');
    expect(extension(after, [{ kind, result: success }])).toBe('unknown');
    expect(extension(after, [{ kind, result: { ...success, at: '2026-11-28T09:00:00.000Z' } }])).toEqual({ done: {} });
    expect(extension(after, [{ kind, capture_id: 'c', result: success }])).toEqual({ done: {} });
    expect(extension(before, [{ kind }])).toBe('not done');
  });

  test('of a due date leaves no trace', () => {
    expect(trace({ expires_at: before }, { kind, capture_id: 'c' }, [], before)).toBe('unknown');
  });
});
