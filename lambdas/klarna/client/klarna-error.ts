import * as z from 'zod/mini';
import { id, word } from '../../json.ts';

type KlarnaErrorFields = {
  operation: string;
  kind: 'refused' | 'unavailable';
  status?: number | undefined;
  code?: string | undefined;
  correlationId?: string | undefined;
  messages?: string[];
  stepUpId?: string | undefined;
  retryAfter?: number | undefined;
};

/**
 * refused: Klarna's definite refusal. unavailable: no answer that reveals the result, after all attempts. A write may
 * have happened, except with status 401, which is about our credentials. The message names operation, status and code:
 * neither Klarna's text nor a path, which may hold a token.
 */
export class KlarnaError extends Error {
  override name = 'KlarnaError';
  readonly operation: string;
  readonly kind: KlarnaErrorFields['kind'];
  readonly status: number | undefined;
  /** Klarna's `error_code`. */
  readonly code: string | undefined;
  readonly correlationId: string | undefined;
  /**
   * Klarna's messages for the merchant that sent the request, with long numbers redacted. Never logged or published.
   */
  readonly messages: string[];
  /** Identifies a failed charge that the customer can repair. */
  readonly stepUpId: string | undefined;
  /** Milliseconds until Klarna accepts such calls again, where it said so. */
  readonly retryAfter: number | undefined;
  constructor(fields: KlarnaErrorFields) {
    const { operation, kind, status, code, messages = [] } = fields;
    const reason = [status, code].filter(Boolean).join(' ') || 'nothing';
    super(`${operation}: Klarna ${kind === 'refused' ? 'refused' : 'did not serve'} (${reason})`);
    this.operation = operation;
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.correlationId = fields.correlationId;
    this.messages = messages;
    this.stepUpId = fields.stepUpId;
    this.retryAfter = fields.retryAfter;
  }

  /** This refusal, as no answer. */
  doubted(): KlarnaError {
    const { operation, status, code, correlationId } = this;
    return new KlarnaError({ operation, kind: 'unavailable', status, code, correlationId });
  }
}

const envelope = z.object({
  correlation_id: id,
  error_code: word,
  error_messages: z.catch(z.array(z.string()), []),
  step_up_id: id,
});

/** The fields of Klarna's error envelope; every one of them is optional in Klarna's schema. */
export function readErrorBody(
  body: unknown,
  header: string | undefined,
): Omit<KlarnaErrorFields, 'operation' | 'kind' | 'status' | 'retryAfter'> {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return { correlationId: header };
  const { correlation_id, error_code, error_messages, step_up_id } = parsed.data;
  return {
    correlationId: correlation_id ?? header,
    code: error_code,
    messages: error_messages.slice(0, 5).map(redacted),
    stepUpId: step_up_id,
  };
}

/** Field names stay readable; anything that could be a birth date, an identity number or a token does not. */
const redacted = (text: string) =>
  text
    .slice(0, 200)
    .replace(/\S+@\S+/g, '…')
    .replace(/[\w-]*\d[\d-]{2,}\d[\w-]*/g, '…');
