import { describe, expect, test } from 'vitest';
import type { Attention } from '../../../../lambdas/payment/change.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import type { HintResult, Report } from '../../../../lambdas/payment/report.ts';
import { pendingWarnings } from '../../../../lambdas/payment/tasks/attention.ts';
import { answered, claimed, type FlowName, paymentAfter, requestOf } from '../../../support/builders/payments.ts';
import {
  applyTo,
  minute,
  minuteOf,
  orderRead,
  paymentIdOf,
  readHint,
  refusedEnd,
  sessionRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../../../support/builders/reports.ts';

const hour = 60;
const day = 24 * hour;

/** The pending warnings, and from which minute on each is due. */
const due = (payment: Payment) =>
  pendingWarnings(payment).map(({ at, attention }) => `${attention.reason} at ${minuteOf(at)}`);
const attentions = (payment: Payment): Attention[] => pendingWarnings(payment).map(({ attention }) => attention);

describe('an authorization in hand', () => {
  const granted = stageReport('authorized', 5, tokenFacts('a', 5));

  test.each(['tokenize', 'buy_and_tokenize', 'charge', undefined] as const)(
    'of flow %s causes a warning a quarter of an hour before it expires',
    (flow) => {
      expect(due(paymentAfter(flow, granted))[0]).toBe('authorization_expiring at 50');
      expect(attentions(paymentAfter(flow, granted))[0]).toEqual({
        reason: 'authorization_expiring',
        deadline: minute(65),
        authorization: 'a',
      });
    },
  );

  test.each(['capture', 'authorize', 'review'] as const)('of flow %s causes none: Klarna uses it', (flow) => {
    expect(due(paymentAfter(flow, granted)).join()).not.toContain('authorization_expiring');
  });

  test('causes none once it made the customer token that was all the payment asked for', () => {
    const made = (flow: FlowName) => {
      const payment = paymentAfter(flow, granted);
      return due({ ...payment, facts: { ...payment.facts, customer_token_id: 'c' } });
    };
    expect(made('tokenize')).toEqual([]);
    expect(made('buy_and_tokenize')[0]).toBe('authorization_expiring at 50');
  });

  test('causes none after it was used or discarded, or the payment ended', () => {
    expect(due(paymentAfter(undefined, granted, orderRead('ordered', 9, { order_id: 'o' })))).toEqual([]);
    expect(due(paymentAfter(undefined, granted, tokenSpent('a', 7)))).toEqual([]);
    expect(due(paymentAfter(undefined, granted, refusedEnd('rejected', 9)))).toEqual([]);
  });
});

describe('an order', () => {
  const until = (stage: 'ordered' | 'part_captured' | 'captured', at: number): Report =>
    orderRead(stage, 9, { order_id: 'o' }, { expires_at: minute(at) });

  test.each(['ordered', 'part_captured'] as const)(
    'that is %s causes a warning three days before its capture deadline, and a day after it',
    (stage) => {
      expect(due(paymentAfter('authorize', until(stage, 28 * day)))).toEqual([
        `capture_deadline at ${25 * day}`,
        `stuck at ${29 * day}`,
      ]);
      expect(attentions(paymentAfter('authorize', until(stage, 28 * day)))[0]?.deadline).toBe(minute(28 * day));
    },
  );

  test('that is captured, has no deadline or was never read causes none', () => {
    expect(due(paymentAfter('authorize', until('captured', 28 * day)))).toEqual([]);
    expect(due(paymentAfter('authorize', orderRead('ordered', 5, { order_id: 'o' })))).toEqual([]);
    expect(due(paymentAfter('authorize', stageReport('ordered', 5, { order_id: 'o' })))).toEqual([]);
  });
});

describe('an order that the payment does not claim', () => {
  const foreign = (order_id: string | undefined, more: Partial<Report> = {}): Report => ({
    ...orderRead('ordered', 9, order_id ? { order_id } : {}),
    doubt: 'merchant_reference2',
    ...more,
  });
  const cancelled = sessionUpdate('CANCELLED', 5);

  test('causes a warning with its id at once', () => {
    expect(pendingWarnings(paymentAfter('authorize', cancelled, foreign('other')))).toEqual([
      { at: minute(10), attention: { reason: 'order_unclaimed', order_id: 'other' } },
    ]);
  });

  test('causes none once the payment claims it', () => {
    const payment = paymentAfter('authorize', foreign('other'), sessionUpdate('COMPLETED', 12, { order_id: 'other' }));
    expect(due(payment).join()).not.toContain('order_unclaimed');
  });

  test('and whose id is unknown causes a warning until the payment knows its order', () => {
    const unidentified = foreign(undefined, { doubt: 'order_id' });
    expect(due(paymentAfter('authorize', cancelled, unidentified))).toEqual(['order_unclaimed at 10']);
    const known = paymentAfter('authorize', { ...cancelled, facts: { order_id: 'o' } }, unidentified);
    expect(due(known)).toEqual([]);
  });

  test('is not the cause of a conflict between two ends of one session', () => {
    expect(due(paymentAfter('authorize', cancelled, sessionUpdate('COMPLETED', 6)))).toEqual([]);
  });

  const hinted = (as: HintResult, ...reports: Report[]) =>
    due(
      paymentAfter(
        'authorize',
        cancelled,
        readHint('order', 7, 'hinted'),
        { ...sessionRead(9), settlesHint: { order_id: 'hinted', as } },
        ...reports,
      ),
    );

  test.each(['read', 'foreign'] as const)('and that Klarna called about causes none where it is %s', (as) => {
    expect(hinted(as)).toEqual([]);
  });
});

describe('a payment that stays in its stage too long', () => {
  test.each<[what: string, payment: Payment, at: number]>([
    ['created', paymentAfter('authorize'), 72 * hour],
    ['in_progress', paymentAfter('authorize', sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['in_progress, of another backend', paymentAfter(undefined, sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['authorized', paymentAfter('authorize', stageReport('authorized', 5)), 2 * hour + 6],
    [
      'authorized, of another backend, without a token',
      paymentAfter(undefined, stageReport('authorized', 5)),
      2 * hour + 6,
    ],
    ['pending', paymentAfter('review', orderRead('pending', 5, { order_id: 'o' })), 25 * hour + 6],
  ])('causes a warning: %s', (_, payment, at) => {
    expect(due(payment)).toEqual([`stuck at ${at}`]);
  });

  const opened = openPayment(paymentIdOf('order-1'), minute(0));
  test.each<[what: string, payment: Payment]>([
    [
      'authorized, of another backend, which may have used it',
      paymentAfter(undefined, stageReport('authorized', 5, tokenFacts('a', 5)), tokenSpent('a', 6)),
    ],
    ['in_progress, with an unknown session', applyTo(opened, sessionUpdate('IN_PROGRESS', 3))],
    ['cancelled', paymentAfter('authorize', sessionUpdate('CANCELLED', 5))],
    ['refunded', paymentAfter('authorize', orderRead('refunded', 5, { order_id: 'o' }))],
    ['captured', paymentAfter('authorize', orderRead('captured', 5, { order_id: 'o' }))],
  ])('causes none: %s', (_, payment) => {
    expect(due(payment)).toEqual([]);
  });

  test('has 48 hours for a session of unknown expiry', () => {
    expect(due({ ...opened, request: requestOf('authorize') })).toEqual([`stuck at ${73 * hour}`]);
  });

  test('says since when', () => {
    const pending = (at: number): Report => ({ ...orderRead('pending', at, { order_id: 'o' }), id: `${at}` });
    expect(attentions(paymentAfter('review', pending(5), pending(35)))[0]).toEqual({
      reason: 'stuck',
      since: minute(6),
    });
    expect(attentions({ ...paymentAfter('review', pending(5)), changes: [] })[0]?.since).toBe(minute(0));
  });

  test('and is authorized is done if it only asked for a customer token', () => {
    const withToken = (flow: FlowName) =>
      due(paymentAfter(flow, stageReport('authorized', 5, { customer_token_id: 't' })));
    expect(withToken('buy_and_tokenize')).toEqual([`stuck at ${6 + 2 * hour}`]);
    expect(withToken('tokenize')).toEqual([]);
  });
});

describe('an operation without an answer', () => {
  const unanswered = (kind: 'capture' | 'session') =>
    claimed(paymentAfter('authorize', sessionUpdate('CANCELLED', 5)), kind, 'f', 10);

  test('causes a warning when Klarna forgets its key', () => {
    expect(pendingWarnings(unanswered('capture'))).toEqual([
      { at: minute(day + 10), attention: { reason: 'operation_unanswered', since: minute(10), operation: 'capture' } },
    ]);
  });

  test('causes none if it was answered, or if it was to create a session', () => {
    expect(due(answered(unanswered('capture'), 'capture', 12))).toEqual([]);
    expect(due(unanswered('session'))).toEqual([]);
  });
});

describe('a task that fails', () => {
  const paused = (payment: Payment, key: string): Payment => ({
    ...payment,
    backoffs: { [key]: { count: 9, since: minute(20), until: minute(300) } },
  });
  const failing = (payment: Payment, key: string) => attentions(paused(payment, key)).find(isFailure);
  const isFailure = ({ reason }: Attention) => reason === 'task_failing';
  const pending = paymentAfter('review', sessionUpdate('COMPLETED', 1), orderRead('pending', 5, { order_id: 'o' }));

  test('causes a warning four hours after its first failure in a row', () => {
    expect(due(paused(pending, 'read order'))[0]).toBe(`task_failing at ${4 * hour + 20}`);
  });

  test.each<[task: string, payment: Payment, key: string, order_id: string | undefined]>([
    ['read order', pending, 'read order', 'o'],
    ['read hinted order', applyTo(pending, readHint('order', 9, 'b')), 'read hinted order b', 'b'],
    ['read session', paymentAfter('authorize'), 'read session', undefined],
    [
      'read session',
      paymentAfter('authorize', stageReport('authorized', 2, { order_id: 'o' })),
      'read session',
      undefined,
    ],
  ])('is named: %s', (task, payment, key, order_id) => {
    expect(failing(payment, key)).toEqual({ reason: 'task_failing', task, since: minute(20), order_id });
  });

  test('causes none where it does not fail, is done, or another warning tells it', () => {
    expect(failing(pending, 'read session')).toBeUndefined();
    expect(failing(paymentAfter('authorize', sessionUpdate('CANCELLED', 5)), 'read session')).toBeUndefined();
    expect(failing(claimed(pending, 'capture'), 'finish operation capture')).toBeUndefined();
  });
});
