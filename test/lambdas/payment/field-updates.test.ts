import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { HintedOrder } from '../../../lambdas/payment/payment.ts';
import type { HintResult, OrderSnapshot, Report } from '../../../lambdas/payment/report.ts';
import {
  applyAll,
  applyNext,
  applyTo,
  minute,
  operationResult,
  orderAt,
  orderRead,
  readFrom,
  readHint,
  sessionRead,
  sessionUpdate,
  stageReport,
} from '../../support/builders/reports.ts';

const ids = { order_id: 'o' };
const ordered = orderRead('ordered', 5, ids);
const again = (at: number, fields: Partial<OrderSnapshot> = {}): Report => orderRead('ordered', at, ids, fields);

test('a report that adds nothing and is no read changes nothing', () => {
  const { payment } = applyAll(sessionUpdate('IN_PROGRESS', 1));
  expect(applyReport(payment, { ...sessionUpdate('IN_PROGRESS', 1), id: 'another event' })[0]).toBe(payment);
});

test('a report that adds a fact and moves nothing is noted', () => {
  const { payment, outcomes } = applyAll(
    stageReport('authorized', 1),
    stageReport('authorized', 2, { kp_session_id: 'k' }),
  );
  expect(outcomes).toEqual(['advanced', 'noted']);
  expect(payment.facts).toEqual({ kp_session_id: 'k' });
});

describe('a requested read', () => {
  test('keeps the version that saves the request, and publishes nothing', () => {
    const { payment, outcomes } = applyAll(readHint('order', 1));
    expect(outcomes).toEqual(['noted']);
    expect(payment).toMatchObject({
      version: 2,
      stage: 'created',
      changes: [],
      readRequests: { order: { version: 2, at: minute(2) } },
    });
  });

  test('that is requested again by a later save counts from then on, at the later time', () => {
    const both = [readHint('order', 1), readHint('order', 5)];
    expect(applyAll(...both).payment.readRequests).toEqual({ order: { version: 6, at: minute(6) } });
    const { payment, outcomes } = applyAll(...both.reverse());
    expect(payment.readRequests).toEqual({ order: { version: 7, at: minute(6) } });
    expect(outcomes).toEqual(['noted', 'noted']);
  });

  test('is one for two reports of one save and one moment', () => {
    const first = { ...applyAll(readHint('order', 1)).payment, version: 1 };
    const [after, outcome] = applyReport(first, { ...readHint('order', 1), id: 'another' });
    expect(outcome).toBe('duplicate');
    expect(after).toBe(first);
    expect(applyReport(first, readHint('order', 3))[1]).toBe('noted');
  });

  const named = sessionUpdate('CANCELLED', 3, ids);
  test.each<[what: string, report: Report]>([
    ['the session', named],
    ['a callback that requests the session', { ...named, readRequest: 'session' }],
    ['a callback that requests the order', { ...named, readRequest: 'order' }],
  ])('follows when an order becomes known, whoever names it: %s', (_, report) => {
    const { readRequests } = applyAll(report).payment;
    expect(readRequests.order).toEqual({ version: 4, at: minute(4) });
    expect(readRequests.session).toEqual(report.readRequest === 'session' ? readRequests.order : undefined);
  });

  test('does not follow where the order is known, was just read, or its operation reads it back', () => {
    const answer: Report = { ...operationResult({ id: 'op', kind: 'order' }, 'SUCCESS', 2), facts: ids };
    expect(applyAll(answer).payment.readRequests).toEqual({});
    expect(applyAll(answer, named).payment.readRequests).toEqual({});
    expect(applyAll(ordered).payment.readRequests).toEqual({});
  });

  test('of the session is independent of one of the order', () => {
    expect(applyAll(readHint('order', 1), readHint('session', 5)).payment.readRequests).toEqual({
      order: { version: 2, at: minute(2) },
      session: { version: 6, at: minute(6) },
    });
  });
});

describe('a hinted order', () => {
  const hints = (...reports: Report[]) => applyAll(...reports).payment.hintedOrders;
  const [a, b] = [readHint('order', 1, 'a'), readHint('order', 5, 'b')];
  const settling = (order_id: string, as: HintResult, at = 9): Report => ({
    ...sessionRead(at),
    id: `settles ${order_id}`,
    settlesHint: { order_id, as },
  });

  test('is read, not believed: another order in a later report is no conflict', () => {
    const { payment, outcomes } = applyAll(a, sessionUpdate('COMPLETED', 2, { order_id: 'real' }));
    expect(outcomes).toEqual(['noted', 'advanced']);
    expect(payment.facts).toEqual({ order_id: 'real' });
  });

  test('stays beside others, in either order', () => {
    const both: HintedOrder[] = [
      { order_id: 'a', observedAt: minute(2) },
      { order_id: 'b', observedAt: minute(6) },
    ];
    expect(hints(a, b)).toEqual(both);
    expect(hints(b, a)).toEqual(both);
    expect(hints(a, b, readHint('order', 7))).toEqual(both);
  });

  test('has the time of its earliest report, in either order', () => {
    const late = readHint('order', 5, 'a');
    for (const reports of [
      [a, late, b],
      [late, b, a],
    ])
      expect(hints(...reports)).toEqual([
        { order_id: 'a', observedAt: minute(2) },
        { order_id: 'b', observedAt: minute(6) },
      ]);
  });

  test('that is named twice at one moment is no news', () => {
    const once = { ...applyAll(b).payment, version: 5 };
    expect(applyReport(once, { ...b, id: 'another' })).toEqual([once, 'duplicate']);
    expect(applyReport(once, { ...b, id: 'another' })[0]).toBe(once);
  });

  test('that is named at the moment of another hint is noted', () => {
    expect(applyAll(readHint('order', 5), readHint('order', 5, 'a')).outcomes).toEqual(['noted', 'noted']);
  });

  test('is settled once, alone', () => {
    const { payment, outcomes } = applyAll(a, b, settling('a', 'foreign'), { ...settling('a', 'read'), id: 'x' });
    expect(payment.hintedOrders).toEqual([
      { order_id: 'a', observedAt: minute(2), result: 'foreign' },
      { order_id: 'b', observedAt: minute(6) },
    ]);
    expect(outcomes[2]).toBe('noted');
    expect(applyTo(payment, { ...settling('b', 'read'), id: 'y' }).hintedOrders[1]?.result).toBe('read');
  });

  test('makes room for a ninth: the oldest settled one goes first, else the oldest', () => {
    const many = Array.from({ length: limits.hintedOrders }, (_, n) => readHint('order', n, `${n}`));
    const names = (reports: Report[]) => hints(...reports).map(({ order_id }) => order_id);
    expect(names([...many, readHint('order', 20, 'new')])).toEqual(['1', '2', '3', '4', '5', '6', '7', 'new']);
    expect(names([...many, settling('3', 'read'), readHint('order', 20, 'new')])).toEqual(
      expect.not.arrayContaining(['3']),
    );
    expect(names([...many, settling('3', 'read'), readHint('order', 20, 'new')])).toHaveLength(limits.hintedOrders);
  });
});

test('an announced stop is dated by its latest announcement, in either order', () => {
  const stop = (at: number): Report => ({ ...readHint('order', at, 'o'), riskStop: true });
  expect(applyAll(stop(1), stop(5)).payment.riskStop).toBe(minute(6));
  expect(applyAll(stop(5), stop(1)).payment.riskStop).toBe(minute(6));
  expect(applyAll(stop(1), readHint('order', 5, 'o')).payment.riskStop).toBe(minute(2));
  const named = { ...applyAll(readHint('order', 5, 'o')).payment, version: 5 };
  expect(applyReport(named, { ...stop(5), id: 'stop' })[1]).toBe('noted');
});

describe('a read of the order', () => {
  test('keeps what was read, when, from which version and in which save', () => {
    expect(applyAll(ordered).payment).toMatchObject({
      stage: 'ordered',
      lastReads: { order: { version: 5, at: minute(5), savedIn: 6 } },
      order: orderAt(5, { status: 'ORDERED' }),
    });
  });

  test('that adds nothing only updates the time of the last read', () => {
    const { payment } = applyAll(ordered);
    expect(applyNext(payment, again(9))).toEqual([
      {
        ...payment,
        version: 10,
        lastReads: { order: { version: 9, at: minute(9), savedIn: 10 } },
        order: { ...payment.order, at: minute(9), version: 9 },
      },
      'duplicate',
    ]);
  });

  test('that is repeated changes nothing', () => {
    const { payment } = applyAll(ordered);
    expect(applyReport(payment, ordered)).toEqual([payment, 'duplicate']);
    expect(applyReport(payment, ordered)[0]).toBe(payment);
  });

  test('that is older and arrives late undoes nothing, and is no last read', () => {
    const { payment } = applyAll(again(9, { captured_amount: 5 }));
    const after = applyTo(payment, ordered);
    expect(after.lastReads).toEqual(payment.lastReads);
    expect(after.order).toEqual(payment.order);
  });

  test.each([
    [
      { version: 9, startedAt: minute(4) },
      { version: 9, at: minute(5) },
    ],
    [
      { version: 4, startedAt: minute(9) },
      { version: 5, at: minute(9) },
    ],
    [
      { version: 5, startedAt: minute(9) },
      { version: 5, at: minute(9) },
    ],
    [
      { version: 9, startedAt: minute(5) },
      { version: 9, at: minute(5) },
    ],
  ])('by a clock that is wrong counts by its version, and its time only plans the next one', (read, last) => {
    const { payment } = applyAll(ordered);
    const other: Report = { ...again(9), read: { target: 'order', ...read } };
    expect(applyNext(payment, other)[0].lastReads).toEqual({ order: { ...last, savedIn: 10 } });
  });

  test('with its fields in another order, or with undefined ones, adds nothing', () => {
    const { payment } = applyAll(ordered);
    const { currency, ...rest } = orderAt(9, { status: 'ORDERED', expires_at: undefined });
    const outcome = (order: OrderSnapshot) => applyReport(payment, { ...again(9), order })[1];
    expect(outcome({ currency, ...rest })).toBe('duplicate');
    expect(outcome({ currency: 'SEK', ...rest })).toBe('noted');
  });

  test('with other amounts is noted', () => {
    const [after, outcome] = applyNext(applyAll(ordered).payment, again(9, { captured_amount: 5 }));
    expect(outcome).toBe('noted');
    expect(after.order).toMatchObject({ captured_amount: 5 });
  });

  test('that began at a later version counts, whatever the clocks say', () => {
    const newer = again(9, { captured_amount: 5, at: minute(1) });
    for (const reports of [
      [ordered, newer],
      [newer, ordered],
    ])
      expect(applyAll(...reports).payment.order).toMatchObject({ version: 9, captured_amount: 5 });
  });

  test('that began at the same version counts by its time', () => {
    const later = { ...again(5, { captured_amount: 5, at: minute(8) }), id: 'later' };
    for (const reports of [
      [ordered, later],
      [later, ordered],
    ])
      expect(applyAll(...reports).payment.order).toMatchObject({ captured_amount: 5 });
  });
});

describe('a read that overlapped another one', () => {
  const overlapping = (fields: Partial<OrderSnapshot>): Report => ({
    ...again(7, { version: 5, ...fields }),
    read: { ...readFrom('order', 7), version: 5 },
  });

  test('and found another order requests one more: nobody knows which is newer', () => {
    const { payment, outcomes } = applyAll(ordered, overlapping({ captured_amount: 5 }));
    expect(outcomes).toEqual(['advanced', 'noted']);
    expect(payment.readRequests).toEqual({ order: { version: 8, at: minute(8) } });
  });

  test('and found the same order requests none', () => {
    expect(applyAll(ordered, overlapping({})).payment.readRequests).toEqual({});
  });

  test('requests none where it started after the other was saved, or was no read of the order', () => {
    expect(applyAll(ordered, again(6, { captured_amount: 5 })).payment.readRequests).toEqual({});
    expect(applyAll(sessionRead(5), again(5)).payment.readRequests).toEqual({});
    expect(applyAll(ordered, { ...sessionRead(7), read: readFrom('session', 5) }).payment.readRequests).toEqual({});
  });
});
