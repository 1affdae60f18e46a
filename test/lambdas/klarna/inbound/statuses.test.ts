import { describe, expect, test } from 'vitest';
import {
  authorizationGranted,
  isRiskWord,
  orderWords,
  pspStatuses,
  refusalMeaning,
  refusalStatus,
  riskWords,
  sessionMeaning,
  sessionWords,
} from '../../../../lambdas/klarna/inbound/statuses.ts';
import type { Meaning } from '../../../../lambdas/payment/stages.ts';

/** The 22 promised rows, then whether a word ends the session and to which stage it moves a payment; copied by hand. */
const promisedRows = `
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
  expect(Object.keys(pspStatuses)).toEqual(promisedRows.map(([status]) => status));
});

test.each(promisedRows)('%s is %s / %s, %s, %s', (status = '', state, code, final, stage) => {
  const row = new Map<string, Meaning>(Object.entries(pspStatuses)).get(status);
  expect(row).toEqual({ state, code, final: final === 'final', ...(stage === '-' ? {} : { stage }) });
});

describe('the words of a session', () => {
  const known = ['WAITING', 'IN_PROGRESS', 'BACK', 'FAILED', 'ERROR', 'COMPLETED', 'CANCELLED', 'DISABLED'] as const;

  test.each(known)('%s is known and means its row of the table', (word) => {
    expect(sessionMeaning(word)).toEqual({ meaning: pspStatuses[word], known: true });
  });

  test("are Klarna's nine, and TIMEOUT", () => {
    expect(Object.keys(sessionWords)).toEqual([...known, 'MANUAL_ID_CHECK', 'TIMEOUT']);
  });

  test.each(['MANUAL_ID_CHECK', 'TIMEOUT', 'COMPLETE', 'completed', 'CAPTURE_NOT_ALLOWED', 'toString', '__proto__'])(
    '%s fails nothing, ends nothing and moves no stage',
    (word) => {
      expect(sessionMeaning(word)).toEqual({
        meaning: { state: 'WAITING', code: 'SUCCEEDED', final: false },
        known: false,
      });
    },
  );
});

test('a granted authorization means COMPLETED, while the session may go on', () => {
  expect(authorizationGranted).toEqual({ state: 'SUCCESS', code: 'SUCCEEDED', final: false, stage: 'authorized' });
});

test('the words of a risk decision are known', () => {
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
] as const)('a refusal with %s means its row of the table', (code) => {
  const { stage, ...row } = { stage: undefined, ...pspStatuses[code] };
  expect(refusalMeaning(code)).toEqual({ pspStatus: code, meaning: row });
});

test.each(['TOKEN_SUSPENDED', 'SUCCESS', 'COMPLETED', 'WAITING', 'CANCELLED', 'FAILED', 'TOMORROWS_WORD'])(
  'a refusal with %s is published unchanged, with the meaning of UNKNOWN_RESPONSE',
  (code) => {
    expect(refusalMeaning(code)).toEqual({ pspStatus: code, meaning: pspStatuses.UNKNOWN_RESPONSE });
  },
);

test('a refusal without a code is UNKNOWN_RESPONSE', () => {
  expect(refusalMeaning(undefined)).toEqual({ pspStatus: 'UNKNOWN_RESPONSE', meaning: pspStatuses.UNKNOWN_RESPONSE });
});

test("the words of Klarna's orders that the table does not have", () => {
  expect(orderWords).toEqual({
    PENDING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'pending' },
    REJECTED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'rejected' },
    EXPIRED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'expired' },
  });
});

describe('the HTTP status of a refusal', () => {
  /** The rule by which merchants received refusals from the beginning. */
  const expected = (word: string) => {
    if (/^NO_SUCH_|NOT_FOUND$/.test(word)) return 404;
    return /NOT_ALLOWED$/.test(word) ? 409 : 422;
  };
  const words = Object.keys(pspStatuses).filter(
    (word) => refusalMeaning(word).meaning !== pspStatuses.UNKNOWN_RESPONSE,
  );

  test.each([...words, 'UNKNOWN_RESPONSE'])('with %s follows the end of the word', (word) => {
    expect(refusalStatus(word)).toBe(expected(word));
  });

  test('is 404, 409 and 422 for some word each', () => {
    expect(words).toHaveLength(11);
    expect(new Set(words.map(refusalStatus))).toEqual(new Set([404, 409, 422]));
  });

  test.each(['TOKEN_SUSPENDED', 'TOMORROWS_WORD', 'toString', '__proto__'])(
    'with the unknown word %s is 422',
    (word) => {
      expect(refusalStatus(word)).toBe(422);
    },
  );
});
