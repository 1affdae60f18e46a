import type { Meaning } from '../../payment/stages.ts';

/**
 * THE TABLE: the PSP statuses that subscribers receive, what each means, whether the hosted session ends with it and
 * which stage it takes a payment to. ERROR, FAILED and BACK end nothing: the shopper may try again until the session
 * ends. Finality: Klarna, "Tracking session status" of the hosted payment page.
 */
export const pspStatuses = {
  SUCCESS: { state: 'SUCCESS', code: 'SUCCEEDED', final: false },
  COMPLETED: { state: 'SUCCESS', code: 'SUCCEEDED', final: true, stage: 'authorized' },
  CREATE: { state: 'SUCCESS', code: 'SUCCEEDED', final: false, stage: 'created' },
  BACK: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'in_progress' },
  IN_PROGRESS: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'in_progress' },
  WAITING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'created' },
  BAD_REQUEST: { state: 'ERROR', code: 'FAILED', final: false },
  BAD_VALUE: { state: 'ERROR', code: 'FAILED', final: false },
  CANCEL_NOT_ALLOWED: { state: 'ERROR', code: 'FAILED', final: false },
  CANCELLED: { state: 'ERROR', code: 'FAILED', final: true, stage: 'cancelled' },
  CAPTURE_NOT_ALLOWED: { state: 'ERROR', code: 'FAILED', final: false },
  DISABLED: { state: 'ERROR', code: 'FAILED', final: true, stage: 'disabled' },
  ERROR: { state: 'ERROR', code: 'FAILED', final: false, stage: 'in_progress' },
  FAILED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'in_progress' },
  NO_SUCH_CAPTURE: { state: 'ERROR', code: 'BAD_REQUEST', final: false },
  NO_SUCH_ORDER: { state: 'ERROR', code: 'BAD_REQUEST', final: false },
  NOT_ALLOWED: { state: 'ERROR', code: 'FAILED', final: false },
  NOT_FOUND: { state: 'ERROR', code: 'BAD_REQUEST', final: false },
  REFUND_NOT_ALLOWED: { state: 'ERROR', code: 'FAILED', final: false },
  TOKEN_NOT_FOUND: { state: 'ERROR', code: 'BAD_REQUEST', final: false },
  UNPROCESSABLE_ENTITY: { state: 'ERROR', code: 'FAILED', final: false },
  UNKNOWN_RESPONSE: { state: 'ERROR', code: 'FAILED', final: false },
} as const satisfies Record<string, Meaning>;

/** How a session word outside every table is published: it fails nothing, ends nothing and requests a read. */
export const unknownSessionWord = { state: 'WAITING', code: 'SUCCEEDED', final: false } as const satisfies Meaning;

/** The words of a hosted session: Klarna's enum, and TIMEOUT, which only its callback diagram shows. */
export const sessionWords = {
  WAITING: pspStatuses.WAITING,
  IN_PROGRESS: pspStatuses.IN_PROGRESS,
  BACK: pspStatuses.BACK,
  FAILED: pspStatuses.FAILED,
  ERROR: pspStatuses.ERROR,
  COMPLETED: pspStatuses.COMPLETED,
  CANCELLED: pspStatuses.CANCELLED,
  DISABLED: pspStatuses.DISABLED,
  MANUAL_ID_CHECK: unknownSessionWord,
  TIMEOUT: unknownSessionWord,
} as const satisfies Record<string, Meaning>;

/** An authorization was granted: COMPLETED for the payment, while its hosted session may still go on. */
export const authorizationGranted = { ...pspStatuses.COMPLETED, final: false } as const satisfies Meaning;

/**
 * The words of a `notification` about a pending order; the first two are in Klarna's current docs, the others in older
 * ones.
 */
export const riskWords = [
  'FRAUD_RISK_ACCEPTED',
  'FRAUD_RISK_REJECTED',
  'FRAUD_RISK_STOPPED',
  'ORDER_ACCEPTED',
  'ORDER_REJECTED',
] as const;

/** The meaning of a hosted session's word. `known` is false for new words and for those that no document explains. */
export function sessionMeaning(word: string): { meaning: Meaning; known: boolean } {
  const meaning = Object.entries<Meaning>(sessionWords).find(([known]) => known === word)?.[1] ?? unknownSessionWord;
  return { meaning, known: meaning !== unknownSessionWord };
}

/**
 * The meaning of Klarna's order where the table has no row for it. The words are Klarna's: `fraud_status` and `status`.
 */
export const orderWords = {
  PENDING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'pending' },
  REJECTED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'rejected' },
  EXPIRED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'expired' },
} as const satisfies Record<string, Meaning>;

/**
 * The meaning of Klarna's `error_code` for an operation: its row, or the code as it came with the meaning of
 * UNKNOWN_RESPONSE.
 */
export function refusalMeaning(code: string | undefined): { pspStatus: string; meaning: Meaning } {
  const row = Object.entries<Meaning>(pspStatuses).find(([word, meaning]) => word === code && isRefusal(meaning));
  return { pspStatus: code ?? 'UNKNOWN_RESPONSE', meaning: row?.[1] ?? pspStatuses.UNKNOWN_RESPONSE };
}

/** True for the rows of the table that are about an operation alone. */
const isRefusal = ({ state, stage }: Meaning): boolean => state === 'ERROR' && stage === undefined;

export const isRiskWord = (word: string): boolean => riskWords.some((known) => known === word);

/** True for a notification that says that an order must not be shipped. */
export const isRiskStop = (word: string): boolean => isRiskWord(word) && /_(REJECTED|STOPPED)$/.test(word);

/**
 * The HTTP status with which a merchant receives a refusal: 404 not there, 409 not in this state, 422 anything else.
 */
const refusalStatuses: Record<string, 404 | 409> = {
  NO_SUCH_CAPTURE: 404,
  NO_SUCH_ORDER: 404,
  NOT_FOUND: 404,
  RESOURCE_NOT_FOUND: 404, // a code of Klarna's newer APIs, outside the table
  TOKEN_NOT_FOUND: 404,
  CANCEL_NOT_ALLOWED: 409,
  CAPTURE_NOT_ALLOWED: 409,
  NOT_ALLOWED: 409,
  REFUND_NOT_ALLOWED: 409,
};

/** The HTTP status for one of Klarna's words of refusal. A new word is 422. */
export const refusalStatus = (pspStatus: string): 404 | 409 | 422 =>
  Object.hasOwn(refusalStatuses, pspStatus) ? (refusalStatuses[pspStatus] ?? 422) : 422;
