import { describe, expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
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

const asked = (flow: Flow | 'charge'): PaymentRequest => ({ flow, amount: 1000, currency: 'EUR', fingerprint: 'f' });
const session = { hpp_session_id: 'h', kp_session_id: 'k', expires_at: minute(47 * 60) };
const opened: Report = { ...readHint('session', 0), id: 'opened', readRequest: undefined, facts: session };
const hasBegun = (flow: Flow | 'charge' | undefined, ...reports: Report[]): Payment => {
  const { payment } = applyAll(opened, ...reports);
  return { ...payment, ...(flow && { request: asked(flow) }) };
};
const asking = (payment: Payment, kind: OperationKind, fingerprint = 'f', at = 3): Payment =>
  claim(payment, { id: kind, kind, fingerprint, askedAt: minute(at) })[0];
const answer = (payment: Payment, kind: OperationKind, at = 4) =>
  apply(payment, operationResult({ id: kind, kind }, 'SUCCESS', at))[0];
const readSession = (at: number): Report => ({
  ...readHint('session', at),
  id: `read@${at}`,
  readRequest: undefined,
  verifiedBy: 'read_back',
  read: { target: 'session', startedAt: minute(at) },
});
const owed = (payment: Payment) => {
  const first = nextKlarnaTask(payment);
  return first ? `${first.kind} at ${(Date.parse(first.dueAt) - Date.parse(minute(0))) / 60_000}` : 'nothing';
};

describe('a session', () => {
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
  ])('that was read at %j minutes is read again at %d', (before, next) => {
    expect(owed(hasBegun('authorize', ...before.map(readSession)))).toBe(`read session at ${next}`);
  });

  test('is read once more a minute after its end', () => {
    expect(owed(hasBegun('authorize', readSession(46 * 60 + 30)))).toBe(`read session at ${47 * 60}`);
    expect(owed(hasBegun('authorize', readSession(47 * 60)))).toBe(`read session at ${47 * 60 + 1}`);
  });

  test('whose order was heard of first is read until it has said its last word, or is over', () => {
    const ordered = orderRead('ordered', 5, { order_id: 'o' });
    expect(owed(hasBegun('authorize', ordered))).toBe('read session at 2');
    expect(owed(hasBegun('authorize', sessionUpdate('IN_PROGRESS', 1), ordered, readSession(6)))).toBe(
      'read session at 10',
    );
    expect(owed(hasBegun('authorize', ordered, sessionUpdate('COMPLETED', 1)))).toBe('nothing');
    expect(owed(hasBegun('authorize', ordered, readSession(47 * 60 + 2)))).toBe('nothing');
  });

  test('that outlives its end is read on hourly, for a day', () => {
    expect(owed(hasBegun('authorize', readSession(47 * 60 + 1)))).toBe(`read session at ${48 * 60}`);
    expect(owed(hasBegun('authorize', readSession(71 * 60 + 1)))).toBe(`read session at ${72 * 60}`);
    expect(owed(hasBegun('authorize', readSession(71 * 60 + 2)))).toBe('nothing');
  });

  test('of unknown end is expected to live 48 hours', () => {
    const { payment } = applyAll({ ...opened, facts: { hpp_session_id: 'h' } }, readSession(47 * 60 + 30));
    expect(owed(payment)).toBe(`read session at ${48 * 60}`);
    expect(owed(apply(payment, readSession(48 * 60))[0])).toBe(`read session at ${48 * 60 + 1}`);
  });

  test('that somebody else made is read as well', () => {
    expect(owed(hasBegun(undefined))).toBe('read session at 2');
  });

  test('that we know no name of cannot be read', () => {
    expect(owed(applyAll(sessionUpdate('IN_PROGRESS', 1), readHint('session', 3)).payment)).toBe('nothing');
  });

  test.each(['CANCELLED', 'DISABLED'])('that ended with %s is not read any more', (word) => {
    expect(owed(hasBegun('authorize', sessionUpdate(word, 5)))).toBe('nothing');
  });

  test.each(['capture', 'authorize', 'review'] as const)(
    'of flow %s that is completed is read until its order is known',
    (flow) => {
      expect(owed(hasBegun(flow, sessionUpdate('COMPLETED', 5)))).toBe('read session at 2');
      expect(owed(hasBegun(flow, sessionUpdate('COMPLETED', 5), readSession(5)))).toBe('read session at 10');
      expect(owed(hasBegun(flow, sessionUpdate('COMPLETED', 5, { order_id: 'o' })))).toBe('nothing');
    },
  );

  test('of somebody else is over when it is completed', () => {
    expect(owed(hasBegun(undefined, sessionUpdate('COMPLETED', 5)))).toBe('nothing');
  });

  test('is read as long as the shopper may still decide', () => {
    expect(owed(hasBegun('authorize', sessionUpdate('IN_PROGRESS', 1)))).toBe('read session at 2');
    expect(owed(hasBegun('authorize', stageReport('authorized', 5)))).toBe('read session at 2');
    expect(owed(hasBegun('authorize', stageReport('rejected', 5)))).toBe('nothing');
  });

  test('whose making was interrupted is given up when it would have ended', () => {
    const payment = asking({ ...applyAll().payment, request: asked('authorize') }, 'session');
    expect(owed(payment)).toBe(`abandon session at ${48 * 60 + 1}`);
    expect(owed(answer(payment, 'session'))).toBe('nothing');
    expect(owed(asking(applyAll().payment, 'session'))).toBe('nothing');
    const other = answer(asking(payment, 'capture'), 'capture');
    expect(owed(other)).toBe(`abandon session at ${48 * 60 + 1}`);
    const none = { ...applyAll().payment, request: asked('authorize') };
    expect(owed(none)).toBe('nothing');
    expect(owed(answer(asking(none, 'capture'), 'capture'))).toBe('nothing');
  });

  test('whose making was interrupted is not given up where an order stands', () => {
    const payment = applyAll(sessionUpdate('IN_PROGRESS', 1), stageReport('ordered', 2, { order_id: 'o' })).payment;
    expect(owed(asking({ ...payment, request: asked('authorize') }, 'session'))).not.toContain('give up');
  });
});

describe('what somebody told us to look at', () => {
  test('is read at once, the order before the session', () => {
    expect(owed(hasBegun('authorize', readHint('session', 3)))).toBe('read session at 2');
    const payment = hasBegun('authorize', readSession(2), readHint('session', 3));
    expect(owed(payment)).toBe('read session at 4');
    expect(owed(apply(payment, { ...readHint('order', 3, 'o'), id: 'x' })[0])).toBe('read order at 4');
  });

  test('is settled by a reading that began after it was told, and by no other', () => {
    expect(owed(hasBegun('authorize', readHint('session', 3), readSession(5)))).toBe('read session at 10');
    expect(owed(hasBegun('authorize', readHint('session', 3), readSession(4)))).toBe('read session at 4');
  });

  test('is the order that we know, else the one that was hinted at, else none', () => {
    expect(owed(applyAll(readHint('order', 3)).payment)).toBe('nothing');
    expect(owed(applyAll(readHint('order', 3, 'hinted')).payment)).toBe('read order at 4');
    expect(owed(applyAll(readHint('order', 3), { ...opened, facts: { order_id: 'o' } }).payment)).toBe(
      'read order at 4',
    );
  });
});

describe('an authorization in hand', () => {
  const inHand = [readSession(2), sessionUpdate('COMPLETED', 5, tokenFacts('a', 5))];

  test.each(['tokenize', 'buy_and_tokenize'] as const)('of flow %s becomes a customer token first', (flow) => {
    expect(owed(hasBegun(flow, ...inHand))).toBe('create customer token at 5');
  });

  test('becomes an order once the customer token is there, or refused', () => {
    const payment = answer(asking(hasBegun('buy_and_tokenize', ...inHand), 'customer_token', 'a'), 'customer_token');
    expect(owed(payment)).toBe('place order at 5');
    const onlyTried = answer(asking(hasBegun('buy_and_tokenize', ...inHand), 'order', 'another'), 'order');
    expect(owed(onlyTried)).toBe('create customer token at 5');
    expect(owed(hasBegun('charge', ...inHand))).toBe('place order at 5');
  });

  test('waits for its customer token, also when that was asked with another one', () => {
    const payment = asking(hasBegun('buy_and_tokenize', ...inHand), 'customer_token', 'another', 60);
    expect(owed(payment)).toBe('read session at 10');
  });

  test('waits while an order is asked with another one', () => {
    expect(owed(asking(hasBegun('charge', ...inHand), 'order', 'another', 60))).toBe('read session at 10');
  });

  test('waits for no other operation', () => {
    expect(owed(asking(hasBegun('charge', ...inHand), 'capture', 'a', 60))).toBe('place order at 5');
    const charged = answer(asking(hasBegun('charge', ...inHand), 'charge', 'a'), 'charge');
    expect(owed(charged)).toBe('place order at 5');
    const captured = answer(asking(hasBegun('tokenize', ...inHand), 'capture', 'a'), 'capture');
    expect(owed(captured)).toBe('create customer token at 5');
  });

  test('is left alone while it is being spent', () => {
    const payment = { ...hasBegun('charge', ...inHand), facts: { ...session, ...tokenFacts('a', 5) } };
    expect(owed(asking(payment, 'order', 'a', 60))).toBe('read session at 10');
    expect(owed(asking(hasBegun('tokenize', ...inHand), 'customer_token', 'a', 8))).toBe('finish operation at 9.5');
  });

  test('that Klarna refused is not tried again, another one is', () => {
    const refused = answer(asking(hasBegun('charge', ...inHand), 'order', 'a'), 'order');
    expect(owed(refused)).toBe('read session at 10');
    expect(owed(apply(refused, { ...stageReport('authorized', 9, tokenFacts('b', 9)), id: 'b' })[0])).toBe(
      'place order at 9',
    );
  });

  test('makes no order where none is due, and leaves with its customer token', () => {
    const payment = answer(asking(hasBegun('tokenize', ...inHand), 'customer_token'), 'customer_token');
    expect(owed(payment)).toBe('forget token at 65');
    expect(owed(apply(payment, tokenSpent('a', 7))[0])).toBe('nothing');
  });

  test.each(['capture', 'authorize', 'review', undefined] as const)(
    'of flow %s is never ours to spend, and forgotten after an hour',
    (flow) => {
      const { facts, ...payment } = hasBegun(flow, ...inHand);
      expect(owed({ ...payment, facts: tokenFacts('a', 5) })).toBe('forget token at 65');
    },
  );

  test('is spent only while the payment waits for it', () => {
    expect(owed(hasBegun('charge', ...inHand, stageReport('rejected', 6)))).toBe('forget token at 65');
  });
});

describe('an order', () => {
  const pending = [sessionUpdate('COMPLETED', 1), orderRead('pending', 5, { order_id: 'o' })];
  const laterReading = (stage: 'pending' | 'ordered' | 'part_captured', at: number) => ({
    ...orderRead(stage, at, { order_id: 'o' }),
    id: `${at}`,
  });

  test('that is pending is read every half hour for 25 hours, then daily', () => {
    expect(owed(hasBegun('review', ...pending))).toBe('read order at 35');
    expect(owed(hasBegun('review', ...pending, laterReading('pending', 35)))).toBe('read order at 65');
    expect(owed(hasBegun('review', ...pending, laterReading('pending', 25 * 60 + 5)))).toBe(
      `read order at ${25 * 60 + 35}`,
    );
    expect(owed(hasBegun('review', ...pending, laterReading('pending', 25 * 60 + 6)))).toBe(
      `read order at ${49 * 60 + 6}`,
    );
  });

  test.each(['ordered', 'part_captured'] as const)(
    'that is %s is read a minute after it may no longer be captured',
    (stage) => {
      const expires = { order: { at: minute(5), expires_at: minute(28 * 24 * 60) } };
      const payment = hasBegun('authorize', sessionUpdate('COMPLETED', 1), { ...laterReading(stage, 5), ...expires });
      expect(owed(payment)).toBe(`read order at ${28 * 24 * 60 + 1}`);
      expect(owed(apply(payment, { ...laterReading(stage, 28 * 24 * 60), ...expires, id: 'x' })[0])).toContain(
        'read order',
      );
      const over = { at: minute(28 * 24 * 60 + 1), expires_at: minute(28 * 24 * 60) };
      expect(owed(apply(payment, { ...laterReading(stage, 28 * 24 * 60 + 1), order: over, id: 'y' })[0])).toBe(
        'nothing',
      );
    },
  );

  test('that was hinted at and is not there is not looked for again', () => {
    const notFound: Report = {
      ...readHint('order', 9),
      readRequest: undefined,
      read: { target: 'order', startedAt: minute(9) },
    };
    expect(owed(applyAll(readHint('order', 3, 'o'), notFound).payment)).toBe('nothing');
  });

  test('of unknown end is left alone', () => {
    expect(owed(hasBegun('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' })))).toBe(
      'nothing',
    );
  });
});

test.each(stages.filter((stage) => stepsFrom(stage).length === 0))(
  'nothing is owed to a payment that is %s',
  (stage) => {
    const expires = { order: { at: minute(5), expires_at: minute(99) } };
    expect(
      owed(
        hasBegun('authorize', sessionUpdate('COMPLETED', 1), { ...orderRead(stage, 5, { order_id: 'o' }), ...expires }),
      ),
    ).toBe('nothing');
  },
);

describe('an operation without an answer', () => {
  const capture: Operation = { id: 'op', kind: 'capture', fingerprint: 'f', askedAt: minute(10) };
  const ordered = hasBegun('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' }));
  const [payment] = claim(ordered, capture);

  test('is asked again a minute and a half later', () => {
    expect(nextTask(payment)).toEqual({
      kind: 'finish operation',
      operation: 'op',
      dueAt: minute(11).replace('00.000', '30.000'),
    });
  });

  test('and answered is done', () => {
    expect(owed(apply(payment, operationResult(capture, 'SUCCESS', 12))[0])).toBe('nothing');
  });

  test('waits longer after a setback, and nothing comes before its time', () => {
    const until = (at: number) => ({ ...payment, backoff: { count: 1, until: minute(at) } });
    expect(owed(until(30))).toBe('finish operation at 30');
    expect(owed(until(11))).toBe('finish operation at 11.5');
  });
});

test('of two things that are owed at one time the order is read first', () => {
  const { payment } = applyAll(readHint('order', 3, 'o'), {
    ...readHint('session', 3),
    facts: { hpp_session_id: 'h' },
  });
  expect(owed(payment)).toBe('read session at 2');
  expect(owed(apply(payment, readSession(2))[0])).toBe('read order at 4');
});

test('of several things the earliest is owed first', () => {
  const payment = asking(hasBegun('authorize', readHint('session', 0)), 'capture', 'f', 0);
  expect(owed(payment)).toBe('read session at 1');
});

describe('what is ours alone', () => {
  const changed = hasBegun('authorize', readSession(2), sessionUpdate('CANCELLED', 5));
  const all = (payment: Payment) => {
    const first = nextTask(payment);
    return first ? `${first.kind} at ${(Date.parse(first.dueAt) - Date.parse(minute(0))) / 60_000}` : 'nothing';
  };

  test('is to look, an hour after a change, whether the bus has taken it', () => {
    expect(all(changed)).toBe('confirm changes at 66');
    expect(all({ ...changed, confirmation: { sequence: 1, at: minute(66) } })).toBe('nothing');
  });

  test('counts from the first change that is not known to be out, and from the last look', () => {
    const payment = hasBegun(
      'authorize',
      sessionUpdate('IN_PROGRESS', 1),
      sessionUpdate('FAILED', 90),
      sessionUpdate('CANCELLED', 95),
    );
    expect(all(payment)).toBe('confirm changes at 62');
    expect(all({ ...payment, confirmation: { sequence: 1, at: minute(62) } })).toBe('confirm changes at 151');
    expect(all({ ...payment, confirmation: { sequence: 1, at: minute(151) } })).toBe('confirm changes at 211');
    expect(all({ ...payment, confirmation: { sequence: 3, at: minute(211) } })).toBe('nothing');
  });

  test('is to warn, when it is time', () => {
    const held = hasBegun(undefined, readSession(40), sessionUpdate('COMPLETED', 41, tokenFacts('a', 41)));
    const confirmation = { sequence: 1, at: minute(44) };
    expect(all({ ...held, confirmation })).toBe('warn at 86');
  });

  test('does not wait for Klarna to answer again', () => {
    const backoff = { count: 9, until: minute(999) };
    expect(all({ ...changed, backoff })).toBe('confirm changes at 66');
    const held = hasBegun(undefined, readSession(40), sessionUpdate('COMPLETED', 41, tokenFacts('a', 41)));
    expect(all({ ...held, backoff })).toBe('warn at 86');
  });

  test('comes after what Klarna has to be asked at the same time', () => {
    const looking = hasBegun('authorize', readSession(62), sessionUpdate('IN_PROGRESS', 64), readHint('session', 124));
    expect(all(looking)).toBe('read session at 120');
    expect(all({ ...looking, lastReads: { session: minute(121) } })).toBe('read session at 125');
  });
});
