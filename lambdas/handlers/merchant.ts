import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parse } from '../klarna/body.ts';
import { paymentId } from '../klarna/genuine.ts';
import type { KlarnaError } from '../klarna/klarna-error.ts';
import type { Problem } from '../klarna/problems.ts';
import { refusalWord } from '../klarna/statuses.ts';
import type { Operation } from '../payment/operations.ts';
import type { Payment, PaymentId } from '../payment/payment.ts';
import { Refusal } from './http.ts';

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

/** The caller's Idempotency-Key, 1 to 255 printable characters. @throws Refusal 400 */
export function idempotencyKeyOf({ headers }: APIGatewayProxyEventV2): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal(400, 'Idempotency-Key: 1 to 255 printable ASCII characters');
}

/** Money moves once per key; without one, nobody could tell a repeat from a second wish. @throws Refusal 400 */
export function neededIdempotencyKey(event: APIGatewayProxyEventV2): string {
  const key = idempotencyKeyOf(event);
  if (!key) throw new Refusal(400, 'Idempotency-Key: this header is needed, one value per wish', { tells: needsKey });
  return key;
}

const needsKey = { problems: [{ field: 'Idempotency-Key', reason: 'is needed' }] };

/** Tells a repeat from another request under the same key. */
export const fingerprintOf = (request: object): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 22);

export const refuseFields = (problems: Problem[]) =>
  new Refusal(422, 'fields are missing or wrong', { tells: { problems } });

export const usedOtherwise = () => new Refusal(422, 'Idempotency-Key: used before with another request');

/** What became of an operation, normalised through the status table. */
export const operationAnswer = (payment: Payment, { result, fingerprint, askedAt, ...operation }: Operation) => ({
  payment: payment.id,
  stage: payment.stage,
  operation: {
    ...operation,
    ...(result ?? { pspStatus: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' }),
  },
});

/** Klarna's refusal as the merchant's: not there 404, not in this state 409, anything else 422. */
export function refusedBy(
  error: KlarnaError | undefined,
  told: { pspStatus: string; tells: object; payment: string },
): Refusal {
  const { pspStatus, tells, payment } = told;
  const { state, code } = refusalWord(pspStatus).means;
  return new Refusal(statusOf(pspStatus), `Klarna refused: ${pspStatus}`, {
    payment,
    tells: { pspStatus, state, code, correlation_id: error?.correlationId, messages: error?.messages, ...tells },
  });
}

function statusOf(pspStatus: string): 404 | 409 | 422 {
  if (/^NO_SUCH_|NOT_FOUND$/.test(pspStatus)) return 404;
  return /NOT_ALLOWED$/.test(pspStatus) ? 409 : 422;
}
