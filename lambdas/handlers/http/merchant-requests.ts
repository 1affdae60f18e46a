import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { canonicalJson, parseJson, shortHash } from '../../json.ts';
import type { Problem } from '../../merchant/field-problems.ts';
import { type PaymentId, paymentId } from '../../payment/payment-id.ts';
import { Refusal } from './endpoint.ts';

/** Klarna takes no body over 1 MB, so neither do we. */
const maxBody = 1024 * 1024;

/** The JSON of a merchant's request; an empty body counts as an empty object. @throws Refusal 400, 413 */
export function bodyOf(event: APIGatewayProxyEventV2): object {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBody) throw new Refusal(413, 'body over 1 MB');
  const body = parseJson(bytes);
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

/**
 * Text without control characters. Headers are bytes: API Gateway hands those of one character over as one or as several
 * characters, always alike, so that the key is compared as it came. U+FFFD stands for bytes that it could not read: two
 * keys may look the same then.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
export const keyPattern = /^[^\u0000-\u001f\u007f\ufffd]{1,255}$/;

/** The caller's Idempotency-Key. @throws Refusal 400 */
export function idempotencyKeyOf({ headers }: APIGatewayProxyEventV2): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (keyPattern.test(key) && key.isWellFormed())) return key;
  throw new Refusal(400, 'Idempotency-Key: 1 to 255 bytes of UTF-8 without control characters');
}

/** Money moves once per key. Without a key, a repeat looks like a second request. @throws Refusal 400 */
export function requireIdempotencyKey(event: APIGatewayProxyEventV2): string {
  const key = idempotencyKeyOf(event);
  if (!key)
    throw new Refusal(400, 'Idempotency-Key: this header is needed, one value per request', { details: needsKey });
  return key;
}

const needsKey = { problems: [{ field: 'Idempotency-Key', reason: 'is needed' }] };

/** Distinguishes another request under the same key from a repeat, whose fields may be in another order. */
export const fingerprintOf = (request: object): string => shortHash(canonicalJson(request));

export const fieldRefusal = (problems: Problem[]) =>
  new Refusal(422, 'fields are missing or wrong', { details: { problems } });

export const keyReused = () => new Refusal(422, 'Idempotency-Key: used before with another request');

/** The request cannot be kept until Klarna has answered it. Names take most of its room. */
export const tooLarge = (field: string) =>
  new Refusal(413, `${field}: too large to be kept`, {
    details: { problems: [{ field, reason: 'is too large to be kept: give fewer lines, or shorter names' }] },
  });
