import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PaymentId } from '../../payment/payment-id.ts';

export { paymentId } from '../../payment/payment-id.ts'; // this file is the package's entry `klarna-relay/callback-url`

/** The callbacks of Klarna's hosted payment page and Klarna Payments, as Klarna's `merchant_urls` name them. */
export const callbackKinds = ['status_update', 'authorization', 'notification', 'push'] as const;
export type CallbackKind = (typeof callbackKinds)[number];

export const isCallbackKind = (text: string): text is CallbackKind => callbackKinds.some((kind) => kind === text);

/**
 * The URL to hand to Klarna for one kind of callback of one payment. Klarna signs none of them, so the URL itself is
 * the proof: its last part is an HMAC-SHA256 over kind and payment, valid for no other kind or payment. `push` arrives
 * with an empty body, so its query holds Klarna's own placeholder for the order id.
 * @param base https origin (and path) of the relay, without a trailing slash
 * @throws when the key has less than 32 characters: a URL that the relay would refuse loses every callback
 */
export function callbackUrl(url: { base: string; kind: CallbackKind; payment: PaymentId; key: string }): string {
  if (url.key.length < 32) throw new Error('key: at least 32 characters');
  const query = url.kind === 'push' ? '?order={order.id}' : '';
  return `${url.base}/callbacks/${url.kind}/${url.payment}/${secretOf(url).toString('base64url')}${query}`;
}

/** The URLs of all kinds of callbacks of one payment. @throws as `callbackUrl` */
export const callbackUrls = (url: { base: string; payment: PaymentId; key: string }): Record<CallbackKind, string> => ({
  status_update: callbackUrl({ ...url, kind: 'status_update' }),
  authorization: callbackUrl({ ...url, kind: 'authorization' }),
  notification: callbackUrl({ ...url, kind: 'notification' }),
  push: callbackUrl({ ...url, kind: 'push' }),
});

/**
 * True when `secret` was minted for this kind and payment with one of the keys. A near miss takes as long as nonsense.
 */
export const isGenuine = (url: { kind: CallbackKind; payment: PaymentId; secret: string; keys: string[] }): boolean =>
  isMinted(url);

/**
 * The keys that a function holds, and how to read them anew after a rotation; `undefined` when that was done a moment
 * ago.
 */
export type UrlKeys = { readonly held: string[]; renewed: () => Promise<string[] | undefined> };

/**
 * True when the test passes with the keys that are held or, as after a rotation, with the keys read anew.
 * @throws while they cannot be read anew: then a forgery cannot be recognised
 */
export async function passesWith(keys: UrlKeys, test: (keys: string[]) => boolean): Promise<boolean> {
  if (test(keys.held)) return true;
  const renewed = await keys.renewed();
  return renewed !== undefined && test(renewed);
}

function isMinted(url: { kind: UrlKind; payment: PaymentId; secret: string; keys: string[] }): boolean {
  const given = Buffer.from(url.secret, 'base64url');
  const minted = url.keys.map((key) => secretOf({ ...url, key }));
  const matches = minted.filter((secret) => given.length === secret.length && timingSafeEqual(given, secret));
  return matches.length > 0 && given.toString('base64url') === url.secret;
}

/**
 * The URL under which a shopper's return page reads the payment's status; it shows nothing else and changes nothing.
 * @param base as for `callbackUrl`
 */
export const statusUrl = (url: { base: string; payment: PaymentId; key: string }): string =>
  `${url.base}/status/${url.payment}/${secretOf({ ...url, kind: 'status' }).toString('base64url')}`;

/** True when this secret was minted for the status of this payment with one of the keys. */
export const mayReadStatus = (url: { payment: PaymentId; secret: string; keys: string[] }): boolean =>
  isMinted({ ...url, kind: 'status' });

type UrlKind = CallbackKind | 'status';

const secretOf = ({ kind, payment, key }: { kind: UrlKind; payment: PaymentId; key: string }) =>
  createHmac('sha256', key).update(`klarna-relay/1 ${kind} ${payment}`).digest();
