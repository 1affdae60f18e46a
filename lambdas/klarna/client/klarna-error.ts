import * as z from 'zod/mini';
import { id, word } from '../../encoding/json.ts';

type KlarnaErrorFields = {
  operation: string;
  kind: 'refused' | 'unavailable';
  status?: number | undefined;
  code?: string | undefined;
  correlationId?: string | undefined;
  messages?: string[];
  stepUpId?: string | undefined;
  fraudStatus?: string | undefined;
  retryAfter?: number | undefined;
};

/**
 * refused: Klarna's definite no. unavailable: no answer that says what became of it, after all tries; a write may have
 * happened, except with status 401, which is about our credentials. Its message names operation, status and code: neither Klarna's text nor a path, which may hold a token.
 */
export class KlarnaError extends Error {
  override name = 'KlarnaError';
  readonly operation: string;
  readonly kind: KlarnaErrorFields['kind'];
  readonly status: number | undefined;
  /** Klarna's `error_code`. */
  readonly code: string | undefined;
  readonly correlationId: string | undefined;
  /** Klarna's words for the merchant who asked, long numbers blotted out; for no log and no event. */
  readonly messages: string[];
  /** Names a failed charge that the customer can repair. */
  readonly stepUpId: string | undefined;
  readonly fraudStatus: string | undefined;
  /** Milliseconds until Klarna takes such calls again, where it said so. */
  readonly retryAfter: number | undefined;
  constructor(told: KlarnaErrorFields) {
    const { operation, kind, status, code, messages = [] } = told;
    super(
      `${operation}: Klarna ${kind === 'refused' ? 'refused' : 'did not serve'} (${[status, code].filter(Boolean).join(' ') || 'nothing'})`,
    );
    this.operation = operation;
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.correlationId = told.correlationId;
    this.messages = messages;
    this.stepUpId = told.stepUpId;
    this.fraudStatus = told.fraudStatus;
    this.retryAfter = told.retryAfter;
  }
}

const envelope = z.object({
  correlation_id: id,
  error_code: word,
  error_messages: z.catch(z.array(z.string()), []),
  step_up_id: id,
  fraud_status: word,
});

/** What Klarna's error envelope says; every field of it is optional in Klarna's schema. */
export function readErrorBody(
  body: unknown,
  header: string | undefined,
): Omit<KlarnaErrorFields, 'operation' | 'kind' | 'status' | 'retryAfter'> {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return { correlationId: header };
  const { correlation_id, error_code, error_messages, step_up_id, fraud_status } = parsed.data;
  return {
    correlationId: correlation_id ?? header,
    code: error_code,
    messages: error_messages.slice(0, 5).map(redacted),
    stepUpId: step_up_id,
    fraudStatus: fraud_status,
  };
}

/** Field names stay readable; what could be a birth date, an identity number or a token does not. */
const redacted = (text: string) =>
  text
    .slice(0, 200)
    .replace(/\S+@\S+/g, '…')
    .replace(/[\w-]*\d[\d-]{2,}\d[\w-]*/g, '…');
