/** A payment's name in every URL, item and event. Only `paymentId` makes one. */
export type PaymentId = string & { readonly brand: 'PaymentId' };

/** 1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first. */
export const paymentIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The text as a payment id, or `undefined` when it is none. */
export const paymentId = (text: string): PaymentId | undefined => (isPaymentId(text) ? text : undefined);

const isPaymentId = (text: string): text is PaymentId => paymentIdPattern.test(text);
