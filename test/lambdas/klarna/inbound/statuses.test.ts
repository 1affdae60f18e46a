import { describe, expect, test } from 'vitest';
import {
  authorizationGranted,
  isRiskWord,
  orderWords,
  pspStatuses,
  refusalMeaning,
  riskWords,
  sessionMeaning,
  sessionWords,
} from '../../../../lambdas/klarna/inbound/statuses.ts';
import type { Meaning } from '../../../../lambdas/payment/stages.ts';

/** The product owner's 22 rows, then what ends a session and where a word takes a payment; kept by hand beside the code. */
const owed = `
SUCCESS              SUCCESS SUCCEEDED   -     -
COMPLETED            SUCCESS SUCCEEDED   final authorized
CREATE               SUCCESS SUCCEEDED   -     created
BACK                 WAITING SUCCEEDED   -     in_progress
IN_PROGRESS          WAITING SUCCEEDED   -     in_progress
WAITING              WAITING SUCCEEDED   -     created
BAD_REQUEST          ERROR   FAILED      -     -
BAD_VALUE            ERROR   FAILED      -     -
CANCEL_NOT_ALLOWED   ERROR   FAILED      -     -
CANCELLED            ERROR   FAILED      final cancelled
CAPTURE_NOT_ALLOWED  ERROR   FAILED      -     -
DISABLED             ERROR   FAILED      final disabled
ERROR                ERROR   FAILED      -     in_progress
FAILED               ERROR   FAILED      -     in_progress
NO_SUCH_CAPTURE      ERROR   BAD_REQUEST -     -
NO_SUCH_ORDER        ERROR   BAD_REQUEST -     -
NOT_ALLOWED          ERROR   FAILED      -     -
NOT_FOUND            ERROR   BAD_REQUEST -     -
REFUND_NOT_ALLOWED   ERROR   FAILED      -     -
TOKEN_NOT_FOUND      ERROR   BAD_REQUEST -     -
UNPROCESSABLE_ENTITY ERROR   FAILED      -     -
UNKNOWN_RESPONSE     ERROR   FAILED      -     -`
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/));

test('the table has the 22 rows and no other', () => {
  expect(Object.keys(pspStatuses)).toEqual(owed.map(([status]) => status));
});

test.each(owed)('%s is %s / %s, %s, %s', (status = '', state, code, final, stage) => {
  const row = new Map<string, Meaning>(Object.entries(pspStatuses)).get(status);
  expect(row).toEqual({ state, code, final: final === 'final', ...(stage === '-' ? {} : { stage }) });
});

describe('words of a session', () => {
  const known = ['WAITING', 'IN_PROGRESS', 'BACK', 'FAILED', 'ERROR', 'COMPLETED', 'CANCELLED', 'DISABLED'] as const;

  test.each(known)('%s is known and means its row', (word) => {
    expect(sessionMeaning(word)).toEqual({ meaning: pspStatuses[word], known: true });
  });

  test("a session has Klarna's nine words, and TIMEOUT", () => {
    expect(Object.keys(sessionWords)).toEqual([...known, 'MANUAL_ID_CHECK', 'TIMEOUT']);
  });

  test.each(['MANUAL_ID_CHECK', 'TIMEOUT', 'COMPLETE', 'completed', 'CAPTURE_NOT_ALLOWED', 'toString', '__proto__'])(
    '%s fails nothing, ends nothing, moves no stage',
    (word) => {
      expect(sessionMeaning(word)).toEqual({
        meaning: { state: 'WAITING', code: 'SUCCEEDED', final: false },
        known: false,
      });
    },
  );
});

test('a granted authorization means COMPLETED, and the session may go on', () => {
  expect(authorizationGranted).toEqual({ state: 'SUCCESS', code: 'SUCCEEDED', final: false, stage: 'authorized' });
});

test('the words of a risk decision are known by heart', () => {
  const words = [
    'FRAUD_RISK_ACCEPTED',
    'FRAUD_RISK_REJECTED',
    'FRAUD_RISK_STOPPED',
    'ORDER_ACCEPTED',
    'ORDER_REJECTED',
  ];
  expect(riskWords).toEqual(words);
  expect(words.filter(isRiskWord)).toEqual(words);
  expect(isRiskWord('FRAUD_RISK')).toBe(false);
});

test.each([
  'BAD_REQUEST',
  'BAD_VALUE',
  'CANCEL_NOT_ALLOWED',
  'CAPTURE_NOT_ALLOWED',
  'NO_SUCH_CAPTURE',
  'NO_SUCH_ORDER',
  'NOT_ALLOWED',
  'NOT_FOUND',
  'REFUND_NOT_ALLOWED',
  'TOKEN_NOT_FOUND',
  'UNPROCESSABLE_ENTITY',
] as const)('a refusal with %s is that row of the table', (code) => {
  const { stage, ...row } = { stage: undefined, ...pspStatuses[code] };
  expect(refusalMeaning(code)).toEqual({ pspStatus: code, meaning: row });
});

test.each(['TOKEN_SUSPENDED', 'SUCCESS', 'COMPLETED', 'WAITING', 'CANCELLED', 'FAILED', 'TOMORROWS_WORD'])(
  'a refusal with %s is published as it came, and means an answer that we do not know',
  (code) => {
    expect(refusalMeaning(code)).toEqual({ pspStatus: code, meaning: pspStatuses.UNKNOWN_RESPONSE });
  },
);

test('a refusal without a code is an answer that we do not know', () => {
  expect(refusalMeaning(undefined)).toEqual({ pspStatus: 'UNKNOWN_RESPONSE', meaning: pspStatuses.UNKNOWN_RESPONSE });
});

test("the words of Klarna's orders outside the table", () => {
  expect(orderWords).toEqual({
    PENDING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'pending' },
    REJECTED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'rejected' },
    EXPIRED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'expired' },
  });
});
