import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import type { Report } from '../../../../lambdas/payment/report.ts';
import { backoffsAfter, taskKey } from '../../../../lambdas/payment/tasks/backoffs.ts';
import {
  applyAll,
  minute,
  operationResult,
  orderRead,
  readHint,
  sessionRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../../support/builders/reports.ts';

const keys = ['read session', 'read order', 'read hinted order o', 'place order', 'finish operation op'];
const backoffs = Object.fromEntries(keys.map((key) => [key, { count: 9, since: minute(0), until: minute(59) }]));
const held: Payment = { ...applyAll(stageReport('authorized', 1, tokenFacts('a', 1))).payment, backoffs };
const ended = (report: Report) => {
  const after = backoffsAfter(held, report);
  return keys.filter((key) => !(key in after));
};

test('a pause is kept under the kind of its task, and what that is about', () => {
  expect(taskKey({ kind: 'read order' })).toBe('read order');
  expect(taskKey({ kind: 'finish operation', about: 'op' })).toBe('finish operation op');
});

test.each<[what: string, report: Report, ends: string[]]>([
  ['a read of the session', sessionRead(5), ['read session']],
  ['a read of the order', orderRead('ordered', 5), ['read order']],
  ['a request to read the session', readHint('session', 5), ['read session']],
  ['a request to read the order', readHint('order', 5), ['read order']],
  ['a push that names an order', readHint('order', 5, 'o'), ['read order', 'read hinted order o']],
  ['a push that names another', readHint('order', 5, 'p'), ['read order']],
  [
    'a settled hint',
    { ...stageReport('authorized', 5), settlesHint: { order_id: 'o', as: 'foreign' } },
    ['read hinted order o'],
  ],
  ['the answer to an operation', operationResult({ id: 'op', kind: 'capture' }, 'SUCCESS', 5), ['finish operation op']],
  ['the answer to another', operationResult({ id: 'other', kind: 'capture' }, 'SUCCESS', 5), []],
  ['a word of the session', sessionUpdate('IN_PROGRESS', 5), []],
])('%s ends the pauses of %#', (_, report, ends) => {
  expect(ended(report)).toEqual(ends);
});

describe('a token', () => {
  const withTokens = (authorizations: Facts['authorizations']) =>
    ended(stageReport('authorized', 5, { authorizations }));
  const [known = [], fresh = []] = [tokenFacts('a', 1).authorizations, tokenFacts('b', 5).authorizations];

  test('that is new ends every pause but those of reads: it lives for an hour only', () => {
    expect(withTokens(fresh)).toEqual(['place order', 'finish operation op']);
    expect(withTokens([...known, ...fresh])).toEqual(['place order', 'finish operation op']);
  });

  test('that is the first ends them too', () => {
    expect(backoffsAfter({ ...held, facts: {} }, stageReport('authorized', 5, tokenFacts('a', 1)))).not.toHaveProperty(
      'place order',
    );
  });

  test('that is known or discarded ends none', () => {
    expect(withTokens(known)).toEqual([]);
    const two: Payment = { ...held, facts: { authorizations: [...known, ...fresh] } };
    expect(backoffsAfter(two, stageReport('authorized', 5, { authorizations: known }))).toBe(backoffs);
    expect(withTokens([{ fingerprint: 'c', at: minute(5) }])).toEqual([]);
  });
});

test('pauses that stay are the same object', () => {
  expect(backoffsAfter(held, sessionUpdate('IN_PROGRESS', 5))).toBe(backoffs);
});

test('the end of a pause is kept, even if the report is no news', () => {
  const request = readHint('order', 5);
  const before = { ...applyAll(request).payment, version: 5, backoffs };
  const [after, outcome] = applyReport(before, { ...request, id: 'another' });
  expect(outcome).toBe('duplicate');
  expect(after.backoffs).not.toHaveProperty('read order');
});
