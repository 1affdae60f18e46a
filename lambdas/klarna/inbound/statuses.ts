import type { Meaning } from '../../payment/meaning.ts';


/**
 * THE TABLE: the PSP statuses that subscribers receive, what each meaning, whether the hosted session ends with it and
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

/** How a session word outside every table is published: it fails nothing, ends nothing and asks for a read. */
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

/** What `notification` may say of a pending order; the first two stand in today's docs, the others in older ones. */
export const riskWords = [
  'FRAUD_RISK_ACCEPTED',
  'FRAUD_RISK_REJECTED',
  'FRAUD_RISK_STOPPED',
  'ORDER_ACCEPTED',
  'ORDER_REJECTED',
] as const;

/** A word of a hosted session looked up. `known` is false for tomorrow's words and for those that no document explains. */
export function sessionMeaning(word: string): { meaning: Meaning; known: boolean } {
  const meaning = Object.entries<Meaning>(sessionWords).find(([known]) => known === word)?.[1] ?? unknownSessionWord;
  return { meaning, known: meaning !== unknownSessionWord };
}

/** Klarna's order as it stands, where no row of the table speaks of it. The words are Klarna's: `fraud_status` and `status`. */
export const orderWords = {
  PENDING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'pending' },
  REJECTED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'rejected' },
  EXPIRED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'expired' },
} as const satisfies Record<string, Meaning>;

/** What Klarna's `error_code` meaning for an operation: its row, or the code as it came with the meaning of UNKNOWN_RESPONSE. */
export function refusalMeaning(code: string | undefined): { pspStatus: string; meaning: Meaning } {
  const row = Object.entries<Meaning>(pspStatuses).find(([word, meaning]) => word === code && saysRefused(meaning));
  return { pspStatus: code ?? 'UNKNOWN_RESPONSE', meaning: row?.[1] ?? pspStatuses.UNKNOWN_RESPONSE };
}

/** The rows of the table that speak of an operation alone. */
const saysRefused = ({ state, stage }: Meaning): boolean => state === 'ERROR' && stage === undefined;

export const isRiskWord = (word: string): boolean => riskWords.some((known) => known === word);
