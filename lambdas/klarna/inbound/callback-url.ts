import type { PaymentId } from '../../payment/payment-id.ts';
import { createHmac, timingSafeEqual } from 'node:crypto';


/** The callbacks of Klarna's hosted payment page and Klarna Payments, as Klarna's `merchant_urls` name them. */
export const callbackKinds = ['status_update', 'authorization', 'notification', 'push'] as const;
export type CallbackKind = (typeof callbackKinds)[number];

export const isCallbackKind = (text: string): text is CallbackKind => callbackKinds.some((kind) => kind === text);

/** A payment's name: 1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first. Anything else is `undefined`. */
export const paymentId = (text: string): PaymentId | undefined => (isPaymentId(text) ? text : undefined);

const isPaymentId = (text: string): text is PaymentId => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/**
 * The URL to hand to Klarna for one kind of callback of one payment. Klarna signs none of them, so the URL itself is
 * the proof: its last part is an HMAC-SHA256 over kind and payment, worth nothing for another kind or payment.
 * `push` arrives with an empty body, hence Klarna's own placeholder for the order id in the query.
 * @param base https origin (and path) of the relay, without a trailing slash
 * @throws when the key has less than 32 characters: a URL that the relay would refuse loses every callback
 */
export function callbackUrl(url: { base: string; kind: CallbackKind; payment: PaymentId; key: string }): string {
  if (url.key.length < 32) throw new Error('key: at least 32 characters');
  const query = url.kind === 'push' ? '?order={order.id}' : '';
  return `${url.base}/callbacks/${url.kind}/${url.payment}/${secretOf(url).toString('base64url')}${query}`;
}

/** True when `secret` was minted for this kind and payment with one of the keys. Takes as long for a near miss as for nonsense. */
export const isGenuine = (claim: { kind: CallbackKind; payment: PaymentId; secret: string; keys: string[] }): boolean =>
  isMinted(claim);

function isMinted(claim: { kind: Kind; payment: PaymentId; secret: string; keys: string[] }): boolean {
  const told = Buffer.from(claim.secret, 'base64url');
  const minted = claim.keys.map((key) => secretOf({ ...claim, key }));
  const matches = minted.filter((secret) => told.length === secret.length && timingSafeEqual(told, secret));
  return matches.length > 0 && told.toString('base64url') === claim.secret;
}

/**
 * The URL under which a shopper's return page asks how the payment stands; it shows nothing else and changes nothing.
 * @param base as for `callbackUrl`
 */
export const statusUrl = (url: { base: string; payment: PaymentId; key: string }): string =>
  `${url.base}/status/${url.payment}/${secretOf({ ...url, kind: 'status' }).toString('base64url')}`;

/** True when this secret was minted for the status of this payment with one of the keys. */
export const mayReadStatus = (claim: { payment: PaymentId; secret: string; keys: string[] }): boolean =>
  isMinted({ ...claim, kind: 'status' });

type Kind = CallbackKind | 'status';

const secretOf = ({ kind, payment, key }: { kind: Kind; payment: PaymentId; key: string }) =>
  createHmac('sha256', key).update(`klarna-relay/1 ${kind} ${payment}`).digest();
