import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import { claim } from '../../../lambdas/payment/claims.ts';
import type { Operation, OperationKind } from '../../../lambdas/payment/operation.ts';
import type { Flow, Payment, PaymentRequest } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { stages, stepsFrom } from '../../../lambdas/payment/stages.ts';
import { nextKlarnaTask, nextTask } from '../../../lambdas/payment/tasks.ts';
import {
  applyAll,
  minute,
  operationResult,
  orderRead,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../../support/builders/reports.ts';

const requestOf = (flow: Flow | 'charge'): PaymentRequest => ({
  flow,
  amount: 1000,
  currency: 'EUR',
  fingerprint: 'f',
});
const sessionFacts = { hpp_session_id: 'h', kp_session_id: 'k', expires_at: minute(47 * 60) };
const opened: Report = { ...readHint('session', 0), id: 'opened', readRequest: undefined, facts: sessionFacts };
const paymentOf = (flow: Flow | 'charge' | undefined, ...reports: Report[]): Payment => {
  const { payment } = applyAll(opened, ...reports);
  return { ...payment, ...(flow && { request: requestOf(flow) }) };
};
const claimed = (payment: Payment, kind: OperationKind, fingerprint = 'f', at = 3): Payment =>
  claim(payment, { id: kind, kind, fingerprint, askedAt: minute(at) })[0];
const answered = (payment: Payment, kind: OperationKind, at = 4) =>
  applyReport(payment, operationResult({ id: kind, kind }, 'SUCCESS', at))[0];
const sessionRead = (at: number): Report => ({
  ...readHint('session', at),
  id: `read@${at}`,
  readRequest: undefined,
  verifiedBy: 'read_back',
  read: { target: 'session', startedAt: minute(at) },
});
const nextOf = (payment: Payment) => {
  const first = nextKlarnaTask(payment);
  return first ? `${first.kind} at ${(Date.parse(first.dueAt) - Date.parse(minute(0))) / 60_000}` : 'nothing';
};

describe('a hosted session', () => {
  test.each([
    [[], 2],
    [[2], 10],
    [[1], 2],
    [[9], 10],
    [[10], 30],
    [[29], 30],
    [[30], 60],
    [[59], 60],
    [[60], 120],
    [[130], 180],
  ])('last read at %j minutes is read again at %d', (before, next) => {
    expect(nextOf(paymentOf('authorize', ...before.map(sessionRead)))).toBe(`read session at ${next}`);
  });

  test('is read once more a minute after it expires', () => {
    expect(nextOf(paymentOf('authorize', sessionRead(46 * 60 + 30)))).toBe(`read session at ${47 * 60}`);
    expect(nextOf(paymentOf('authorize', sessionRead(47 * 60)))).toBe(`read session at ${47 * 60 + 1}`);
  });

  test('whose order was reported first is read until it has a final word or has expired', () => {
    const ordered = orderRead('ordered', 5, { order_id: 'o' });
    expect(nextOf(paymentOf('authorize', ordered))).toBe('read session at 2');
    expect(nextOf(paymentOf('authorize', sessionUpdate('IN_PROGRESS', 1), ordered, sessionRead(6)))).toBe(
      'read session at 10',
    );
    expect(nextOf(paymentOf('authorize', ordered, sessionUpdate('COMPLETED', 1)))).toBe('nothing');
    expect(nextOf(paymentOf('authorize', ordered, sessionRead(47 * 60 + 2)))).toBe('nothing');
  });

  test('that outlives its expiry is read hourly for a day', () => {
    expect(nextOf(paymentOf('authorize', sessionRead(47 * 60 + 1)))).toBe(`read session at ${48 * 60}`);
    expect(nextOf(paymentOf('authorize', sessionRead(71 * 60 + 1)))).toBe(`read session at ${72 * 60}`);
    expect(nextOf(paymentOf('authorize', sessionRead(71 * 60 + 2)))).toBe('nothing');
  });

  test('of unknown expiry is assumed to live 48 hours', () => {
    const { payment } = applyAll({ ...opened, facts: { hpp_session_id: 'h' } }, sessionRead(47 * 60 + 30));
    expect(nextOf(payment)).toBe(`read session at ${48 * 60}`);
    expect(nextOf(applyReport(payment, sessionRead(48 * 60))[0])).toBe(`read session at ${48 * 60 + 1}`);
  });

  test('that another backend created is read as well', () => {
    expect(nextOf(paymentOf(undefined))).toBe('read session at 2');
  });

  test('whose id is unknown cannot be read', () => {
    expect(nextOf(applyAll(sessionUpdate('IN_PROGRESS', 1), readHint('session', 3)).payment)).toBe('nothing');
  });

  test.each(['CANCELLED', 'DISABLED'])('that ended with %s is not read again', (word) => {
    expect(nextOf(paymentOf('authorize', sessionUpdate(word, 5)))).toBe('nothing');
  });

  test.each(['capture', 'authorize', 'review'] as const)(
    'of flow %s that is completed is read until its order is known',
    (flow) => {
      expect(nextOf(paymentOf(flow, sessionUpdate('COMPLETED', 5)))).toBe('read session at 2');
      expect(nextOf(paymentOf(flow, sessionUpdate('COMPLETED', 5), sessionRead(5)))).toBe('read session at 10');
      expect(nextOf(paymentOf(flow, sessionUpdate('COMPLETED', 5, { order_id: 'o' })))).toBe('nothing');
    },
  );

  test('of another backend is not read again once it is completed', () => {
    expect(nextOf(paymentOf(undefined, sessionUpdate('COMPLETED', 5)))).toBe('nothing');
  });

  test('is read while the shopper may still decide', () => {
    expect(nextOf(paymentOf('authorize', sessionUpdate('IN_PROGRESS', 1)))).toBe('read session at 2');
    expect(nextOf(paymentOf('authorize', stageReport('authorized', 5)))).toBe('read session at 2');
    expect(nextOf(paymentOf('authorize', stageReport('rejected', 5)))).toBe('nothing');
  });

  test('whose creation was interrupted is abandoned when it would have expired', () => {
    const payment = claimed({ ...applyAll().payment, request: requestOf('authorize') }, 'session');
    expect(nextOf(payment)).toBe(`abandon session at ${48 * 60 + 1}`);
    expect(nextOf(answered(payment, 'session'))).toBe('nothing');
    expect(nextOf(claimed(applyAll().payment, 'session'))).toBe('nothing');
    const other = answered(claimed(payment, 'capture'), 'capture');
    expect(nextOf(other)).toBe(`abandon session at ${48 * 60 + 1}`);
    const none = { ...applyAll().payment, request: requestOf('authorize') };
    expect(nextOf(none)).toBe('nothing');
    expect(nextOf(answered(claimed(none, 'capture'), 'capture'))).toBe('nothing');
  });

  test('whose creation was interrupted is not abandoned if there is an order', () => {
    const payment = applyAll(sessionUpdate('IN_PROGRESS', 1), stageReport('ordered', 2, { order_id: 'o' })).payment;
    expect(nextOf(claimed({ ...payment, request: requestOf('authorize') }, 'session'))).not.toContain('abandon');
  });
});

describe('a requested read', () => {
  test('is due at once, the order before the session', () => {
    expect(nextOf(paymentOf('authorize', readHint('session', 3)))).toBe('read session at 2');
    const payment = paymentOf('authorize', sessionRead(2), readHint('session', 3));
    expect(nextOf(payment)).toBe('read session at 4');
    expect(nextOf(applyReport(payment, { ...readHint('order', 3, 'o'), id: 'x' })[0])).toBe('read order at 4');
  });

  test('is done by a read that started after the request, and by no other', () => {
    expect(nextOf(paymentOf('authorize', readHint('session', 3), sessionRead(5)))).toBe('read session at 10');
    expect(nextOf(paymentOf('authorize', readHint('session', 3), sessionRead(4)))).toBe('read session at 4');
  });

  test('of an order reads the known order, else the hinted one, else none', () => {
    expect(nextOf(applyAll(readHint('order', 3)).payment)).toBe('nothing');
    expect(nextOf(applyAll(readHint('order', 3, 'hinted')).payment)).toBe('read order at 4');
    expect(nextOf(applyAll(readHint('order', 3), { ...opened, facts: { order_id: 'o' } }).payment)).toBe(
      'read order at 4',
    );
  });
});

describe('an authorization in hand', () => {
  const inHand = [sessionRead(2), sessionUpdate('COMPLETED', 5, tokenFacts('a', 5))];

  test.each(['tokenize', 'buy_and_tokenize'] as const)('of flow %s becomes a customer token first', (flow) => {
    expect(nextOf(paymentOf(flow, ...inHand))).toBe('create customer token at 5');
  });

  test('becomes an order once the customer token was created or refused', () => {
    const payment = answered(
      claimed(paymentOf('buy_and_tokenize', ...inHand), 'customer_token', 'a'),
      'customer_token',
    );
    expect(nextOf(payment)).toBe('place order at 5');
    const onlyTried = answered(claimed(paymentOf('buy_and_tokenize', ...inHand), 'order', 'another'), 'order');
    expect(nextOf(onlyTried)).toBe('create customer token at 5');
    expect(nextOf(paymentOf('charge', ...inHand))).toBe('place order at 5');
  });

  test('waits for the customer token, even if that was requested with another authorization', () => {
    const payment = claimed(paymentOf('buy_and_tokenize', ...inHand), 'customer_token', 'another', 60);
    expect(nextOf(payment)).toBe('read session at 10');
  });

  test('waits while an order is requested with another authorization', () => {
    expect(nextOf(claimed(paymentOf('charge', ...inHand), 'order', 'another', 60))).toBe('read session at 10');
  });

  test('waits for no other operation', () => {
    expect(nextOf(claimed(paymentOf('charge', ...inHand), 'capture', 'a', 60))).toBe('place order at 5');
    const charged = answered(claimed(paymentOf('charge', ...inHand), 'charge', 'a'), 'charge');
    expect(nextOf(charged)).toBe('place order at 5');
    const captured = answered(claimed(paymentOf('tokenize', ...inHand), 'capture', 'a'), 'capture');
    expect(nextOf(captured)).toBe('create customer token at 5');
  });

  test('waits while it is used itself', () => {
    const payment = { ...paymentOf('charge', ...inHand), facts: { ...sessionFacts, ...tokenFacts('a', 5) } };
    expect(nextOf(claimed(payment, 'order', 'a', 60))).toBe('read session at 10');
    expect(nextOf(claimed(paymentOf('tokenize', ...inHand), 'customer_token', 'a', 8))).toBe('finish operation at 9.5');
  });

  test('that Klarna refused is not used again, but another one is', () => {
    const refused = answered(claimed(paymentOf('charge', ...inHand), 'order', 'a'), 'order');
    expect(nextOf(refused)).toBe('read session at 10');
    expect(nextOf(applyReport(refused, { ...stageReport('authorized', 9, tokenFacts('b', 9)), id: 'b' })[0])).toBe(
      'place order at 9',
    );
  });

  test('makes no order in flow tokenize, and is forgotten after an hour', () => {
    const payment = answered(claimed(paymentOf('tokenize', ...inHand), 'customer_token'), 'customer_token');
    expect(nextOf(payment)).toBe('discard token at 65');
    expect(nextOf(applyReport(payment, tokenSpent('a', 7))[0])).toBe('nothing');
  });

  test.each(['capture', 'authorize', 'review', undefined] as const)(
    'of flow %s is never ours to use, and is forgotten after an hour',
    (flow) => {
      const { facts, ...payment } = paymentOf(flow, ...inHand);
      expect(nextOf({ ...payment, facts: tokenFacts('a', 5) })).toBe('discard token at 65');
    },
  );

  test('is used only while the payment is authorized', () => {
    expect(nextOf(paymentOf('charge', ...inHand, stageReport('rejected', 6)))).toBe('discard token at 65');
  });
});

describe('an order', () => {
  const pending = [sessionUpdate('COMPLETED', 1), orderRead('pending', 5, { order_id: 'o' })];
  const laterRead = (stage: 'pending' | 'ordered' | 'part_captured', at: number) => ({
    ...orderRead(stage, at, { order_id: 'o' }),
    id: `${at}`,
  });

  test('that is pending is read every half hour for 25 hours, then daily', () => {
    expect(nextOf(paymentOf('review', ...pending))).toBe('read order at 35');
    expect(nextOf(paymentOf('review', ...pending, laterRead('pending', 35)))).toBe('read order at 65');
    expect(nextOf(paymentOf('review', ...pending, laterRead('pending', 25 * 60 + 5)))).toBe(
      `read order at ${25 * 60 + 35}`,
    );
    expect(nextOf(paymentOf('review', ...pending, laterRead('pending', 25 * 60 + 6)))).toBe(
      `read order at ${49 * 60 + 6}`,
    );
  });

  test.each(['ordered', 'part_captured'] as const)(
    'that is %s is read a minute after its capture deadline',
    (stage) => {
      const expires = { order: { at: minute(5), expires_at: minute(28 * 24 * 60) } };
      const payment = paymentOf('authorize', sessionUpdate('COMPLETED', 1), { ...laterRead(stage, 5), ...expires });
      expect(nextOf(payment)).toBe(`read order at ${28 * 24 * 60 + 1}`);
      expect(nextOf(applyReport(payment, { ...laterRead(stage, 28 * 24 * 60), ...expires, id: 'x' })[0])).toContain(
        'read order',
      );
      const over = { at: minute(28 * 24 * 60 + 1), expires_at: minute(28 * 24 * 60) };
      expect(nextOf(applyReport(payment, { ...laterRead(stage, 28 * 24 * 60 + 1), order: over, id: 'y' })[0])).toBe(
        'nothing',
      );
    },
  );

  test('that was hinted and not found is not read again', () => {
    const notFound: Report = {
      ...readHint('order', 9),
      readRequest: undefined,
      read: { target: 'order', startedAt: minute(9) },
    };
    expect(nextOf(applyAll(readHint('order', 3, 'o'), notFound).payment)).toBe('nothing');
  });

  test('without a capture deadline is not read again', () => {
    expect(
      nextOf(paymentOf('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' }))),
    ).toBe('nothing');
  });
});

test.each(stages.filter((stage) => stepsFrom(stage).length === 0))('a payment that is %s has no task', (stage) => {
  const expires = { order: { at: minute(5), expires_at: minute(99) } };
  expect(
    nextOf(
      paymentOf('authorize', sessionUpdate('COMPLETED', 1), { ...orderRead(stage, 5, { order_id: 'o' }), ...expires }),
    ),
  ).toBe('nothing');
});

describe('an operation without an answer', () => {
  const capture: Operation = { id: 'op', kind: 'capture', fingerprint: 'f', askedAt: minute(10) };
  const ordered = paymentOf('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' }));
  const [payment] = claim(ordered, capture);

  test('is sent again a minute and a half later', () => {
    expect(nextTask(payment)).toEqual({
      kind: 'finish operation',
      operation: 'op',
      dueAt: minute(11).replace('00.000', '30.000'),
    });
  });

  test('is done once it is answered', () => {
    expect(nextOf(applyReport(payment, operationResult(capture, 'SUCCESS', 12))[0])).toBe('nothing');
  });

  test('waits for the backoff, which makes no task due earlier', () => {
    const until = (at: number) => ({ ...payment, backoff: { count: 1, until: minute(at) } });
    expect(nextOf(until(30))).toBe('finish operation at 30');
    expect(nextOf(until(11))).toBe('finish operation at 11.5');
  });
});

test('of two reads that are due at once the order is read first', () => {
  const { payment } = applyAll(readHint('order', 3, 'o'), {
    ...readHint('session', 3),
    facts: { hpp_session_id: 'h' },
  });
  expect(nextOf(payment)).toBe('read session at 2');
  expect(nextOf(applyReport(payment, sessionRead(2))[0])).toBe('read order at 4');
});

test('of several tasks the earliest comes first', () => {
  const payment = claimed(paymentOf('authorize', readHint('session', 0)), 'capture', 'f', 0);
  expect(nextOf(payment)).toBe('read session at 1');
});

describe('a task that does not ask Klarna', () => {
  const changed = paymentOf('authorize', sessionRead(2), sessionUpdate('CANCELLED', 5));
  const anyTaskOf = (payment: Payment) => {
    const first = nextTask(payment);
    return first ? `${first.kind} at ${(Date.parse(first.dueAt) - Date.parse(minute(0))) / 60_000}` : 'nothing';
  };

  test('confirms a change an hour after it was observed', () => {
    expect(anyTaskOf(changed)).toBe('confirm changes at 66');
    expect(anyTaskOf({ ...changed, confirmation: { sequence: 1, at: minute(66) } })).toBe('nothing');
  });

  test('confirms from the first unconfirmed change and from the last confirmation on', () => {
    const payment = paymentOf(
      'authorize',
      sessionUpdate('IN_PROGRESS', 1),
      sessionUpdate('FAILED', 90),
      sessionUpdate('CANCELLED', 95),
    );
    expect(anyTaskOf(payment)).toBe('confirm changes at 62');
    expect(anyTaskOf({ ...payment, confirmation: { sequence: 1, at: minute(62) } })).toBe('confirm changes at 151');
    expect(anyTaskOf({ ...payment, confirmation: { sequence: 1, at: minute(151) } })).toBe('confirm changes at 211');
    expect(anyTaskOf({ ...payment, confirmation: { sequence: 3, at: minute(211) } })).toBe('nothing');
  });

  test('warns when a warning is due', () => {
    const held = paymentOf(undefined, sessionRead(40), sessionUpdate('COMPLETED', 41, tokenFacts('a', 41)));
    const confirmation = { sequence: 1, at: minute(44) };
    expect(anyTaskOf({ ...held, confirmation })).toBe('warn at 86');
  });

  test('does not wait for the backoff', () => {
    const backoff = { count: 9, until: minute(999) };
    expect(anyTaskOf({ ...changed, backoff })).toBe('confirm changes at 66');
    const held = paymentOf(undefined, sessionRead(40), sessionUpdate('COMPLETED', 41, tokenFacts('a', 41)));
    expect(anyTaskOf({ ...held, backoff })).toBe('warn at 86');
  });

  test('comes after a read that is due at the same time', () => {
    const reading = paymentOf('authorize', sessionRead(62), sessionUpdate('IN_PROGRESS', 64), readHint('session', 124));
    expect(anyTaskOf(reading)).toBe('read session at 120');
    expect(anyTaskOf({ ...reading, lastReads: { session: minute(121) } })).toBe('read session at 125');
  });
});

test('of tasks that are due at the same moment, operations, requested reads and tokens come before scheduled reads', () => {
  const authorized = paymentOf(
    'buy_and_tokenize',
    sessionUpdate('IN_PROGRESS', 1),
    stageReport('authorized', 2, tokenFacts('t', 2)),
  );
  const tie = answered(claimed(authorized, 'customer_token', 't', 2), 'customer_token', 2);
  expect(nextKlarnaTask(tie)).toEqual({ kind: 'place order', dueAt: minute(2) });
});
