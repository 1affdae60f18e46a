import * as z from 'zod/mini';
import { id, reference, time, token, word } from '../../json.ts';

/**
 * Klarna's answers, as far as we use them; personal data is not picked up. Any field may be missing and words may be
 * new: Klarna does not regard new fields, words and headers as a breaking change. Something between Klarna and us may
 * send the answer to another request: each schema takes none that lacks its own fields, or has another id or the fields
 * of others.
 */
const required = z.string().check(z.minLength(1), z.maxLength(1024));
const amount = z.catch(z.optional(z.int()), undefined);

type Fields = Record<string, unknown>;

const only = <Schema extends z.ZodMiniType<object, Fields>>(isOurs: (body: Fields) => boolean, schema: Schema) =>
  z.pipe(z.record(z.string(), z.unknown()).check(z.refine(isOurs)), schema);

const has = (body: Fields, ...names: string[]) => names.some((name) => body[name] !== undefined);

export const paymentSessionMade = only((body) => has(body, 'client_token'), z.object({ session_id: required }));
export const hostedSessionMade = z.object({ session_id: required, redirect_url: required, expires_at: time });
export const customerTokenMade = z.object({ token_id: required });
export const customerToken = z.object({ status: word, payment_method_type: required });

/** Of all statuses, Klarna writes that of this session alone in lower case. */
export const paymentSession = only(
  (body) =>
    !has(body, 'session_id', 'order_id', 'fraud_status') &&
    (typeof body.status === 'string' ? /^[a-z_]+$/.test(body.status) : has(body, 'client_token', 'order_lines')),
  z.object({ status: word, authorization_token: token, expires_at: time }),
);

const amounts = ['captured_amount', 'refunded_amount', 'remaining_authorized_amount'];

export const orderMade = only(
  (body) => !has(body, 'session_id', ...amounts),
  z.object({ order_id: required, fraud_status: word }),
);

const capture = z.object({ capture_id: id, captured_amount: amount, reference });
const refund = z.object({ refund_id: id, refunded_amount: amount, reference });
const order = z.object({
  order_id: id,
  status: word,
  fraud_status: word,
  order_amount: amount,
  original_order_amount: amount,
  captured_amount: amount,
  refunded_amount: amount,
  remaining_authorized_amount: amount,
  purchase_currency: word,
  created_at: time,
  expires_at: time,
  klarna_reference: id,
  merchant_reference1: reference,
  merchant_reference2: reference,
  captures: z.catch(z.array(capture), []),
  refunds: z.catch(z.array(refund), []),
});

export type KlarnaOrder = z.infer<typeof order>;

/** The order that was asked for. */
export const klarnaOrder = (order_id: string) =>
  only(
    (body) =>
      (body.order_id ?? order_id) === order_id &&
      !has(body, 'session_id', 'client_token') &&
      has(body, 'order_amount', 'original_order_amount', 'purchase_currency', ...amounts),
    order,
  );
