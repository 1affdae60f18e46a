import { paymentId, type PaymentId } from '../../payment/payment-id.ts';
import type { Operation } from '../../payment/operation.ts';
import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { operationView } from './views.ts';
import { parse } from '../../encoding/json.ts';

import { KlarnaError } from '../../klarna/client/klarna-error.ts';
import type { Problem } from '../../merchant/field-problems.ts';
import { refusalMeaning } from '../../klarna/inbound/statuses.ts';

import type { Payment } from '../../payment/payment.ts';
import { Refusal } from './endpoint.ts';

/** Klarna takes no body over 1 MB, so neither do we. */
const largestBody = 1024 * 1024;

/** The JSON of a merchant's request; nothing at all counts as an empty object. @throws Refusal 400, 413 */
export function bodyOf(event: APIGatewayProxyEventV2): object {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > largestBody) throw new Refusal(413, 'body over 1 MB');
  const body = parse(bytes);
  if (body === 'empty') return {};
  if (body === 'unreadable' || Array.isArray(body)) throw new Refusal(400, 'the body is not a JSON object');
  return body;
}

/** @throws Refusal 404 */
export function paymentOf({ pathParameters }: APIGatewayProxyEventV2): PaymentId {
  const payment = paymentId(pathParameters?.payment ?? '');
  if (!payment) throw new Refusal(404, 'payment: not a payment id');
  return payment;
}

export const keyPattern = /^[\x20-\x7e]{1,255}$/;

/** The caller's Idempotency-Key, 1 to 255 printable characters. @throws Refusal 400 */
export function idempotencyKeyOf({ headers }: APIGatewayProxyEventV2): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || keyPattern.test(key)) return key;
  throw new Refusal(400, 'Idempotency-Key: 1 to 255 printable ASCII characters');
}

/** Money moves once per key; without one, nobody could tell a repeat from a second wish. @throws Refusal 400 */
export function requireIdempotencyKey(event: APIGatewayProxyEventV2): string {
  const key = idempotencyKeyOf(event);
  if (!key) throw new Refusal(400, 'Idempotency-Key: this header is needed, one value per wish', { details: needsKey });
  return key;
}

const needsKey = { problems: [{ field: 'Idempotency-Key', reason: 'is needed' }] };

/** Tells a repeat from another request under the same key. */
export const fingerprintOf = (request: object): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 22);

export const fieldRefusal = (problems: Problem[]) =>
  new Refusal(422, 'fields are missing or wrong', { details: { problems } });

export const keyReused = () => new Refusal(422, 'Idempotency-Key: used before with another request');

/** Where the merchant reads how a payment stands: also how to learn the end of what is still under way. */
export const locationOf = (payment: PaymentId) => `/payments/${payment}`;

/** What became of an operation, and how far the payment is with it. */
export const operationAnswer = ({ id: payment, stage }: Payment, operation: Operation) => ({
  payment,
  stage,
  operation: operationView(operation),
});

/** What an operation's refusal is told with; `operation` is absent where Klarna was asked for none. */
type Told = { operation?: Operation | undefined; payment?: string; tells?: object };

/**
 * Klarna's refusal as the merchant's: not there 404, not in this state 409, anything else 422. `error` is absent when a repeat
 * is told what was kept.
 */
export function klarnaRefusal(error: KlarnaError | undefined, { operation, payment, tells }: Told): Refusal {
  const { pspStatus, meaning } = refusalMeaning(operation?.result?.pspStatus ?? error?.code);
  const correlation_id = operation?.correlation_id ?? error?.correlationId;
  const { state, code } = meaning;
  return new Refusal(statusOf(pspStatus), `Klarna refused: ${pspStatus}`, {
    ...(payment && { payment }),
    correlation_id,
    details: { pspStatus, state, code, correlation_id, messages: error?.messages, ...tells },
  });
}

/** The answer to a question that is no operation. @throws Refusal as Klarna refuses; whatever else is thrown */
export async function answerOf<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof KlarnaError && error.kind === 'refused') throw klarnaRefusal(error, {});
    throw error;
  }
}

function statusOf(pspStatus: string): 404 | 409 | 422 {
  if (/^NO_SUCH_|NOT_FOUND$/.test(pspStatus)) return 404;
  return /NOT_ALLOWED$/.test(pspStatus) ? 409 : 422;
}
