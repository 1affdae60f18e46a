import * as z from 'zod/mini';
import { id, reference, time, token, word } from '../../json.ts';

/**
 * Klarna's answers, as far as we use them; personal data is not picked up. Any field may be missing and words may be
 * new: Klarna does not regard new fields, words and headers as a breaking change.
 */
const required = z.string().check(z.minLength(1), z.maxLength(1024));
const amount = z.catch(z.optional(z.int()), undefined);

export const paymentSessionMade = z.object({ session_id: required });
export const paymentSession = z.object({
  status: word,
  authorization_token: token,
  expires_at: time,
  order_id: id,
});
export const hostedSessionMade = z.object({ session_id: required, redirect_url: required, expires_at: time });
export const orderMade = z.object({ order_id: required, fraud_status: word });
export const customerTokenMade = z.object({ token_id: required });
export const customerToken = z.object({ status: word, payment_method_type: word });

const capture = z.object({ capture_id: id, captured_amount: amount, reference });
const refund = z.object({ refund_id: id, refunded_amount: amount, reference });
export const klarnaOrder = z.object({
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

export type KlarnaOrder = z.infer<typeof klarnaOrder>;
