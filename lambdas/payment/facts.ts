/** A token that only the holder of the private key can open; `fingerprint` tells two tokens apart, `at` dates it. */
export type SealedToken = { sealed: string; fingerprint: string; at: string };

/** The merchant's own names for the payment; a shop may change them while the shopper is still deciding. */
export type MerchantReferences = {
  merchant_reference1?: string | undefined;
  merchant_reference2?: string | undefined;
  at: string;
};

/** What we know of a payment under Klarna's own names. Ids never change once known. */
export type Facts = {
  hpp_session_id?: string | undefined;
  kp_session_id?: string | undefined;
  order_id?: string | undefined;
  klarna_reference?: string | undefined;
  merchant?: MerchantReferences | undefined;
  /** When the hosted session ends; ISO 8601, UTC, milliseconds. */
  expires_at?: string | undefined;
  authorization?: SealedToken | undefined;
};

const identities = ['hpp_session_id', 'kp_session_id', 'order_id', 'klarna_reference'] as const;

/** What names the payment and may be published. */
export type References = Pick<Facts, (typeof identities)[number]> & Omit<MerchantReferences, 'at'>;

/** The publishable part of the facts: ids and references, never a token. */
export function references({ merchant, ...facts }: Facts): References {
  const { merchant_reference1, merchant_reference2 } = { ...merchant };
  return { ...ids(facts), merchant_reference1, merchant_reference2 };
}

const ids = (facts: Facts): Pick<Facts, (typeof identities)[number]> =>
  Object.fromEntries(identities.flatMap((name) => (facts[name] ? [[name, facts[name]]] : [])));

/** True when both name the same thing differently: another session or another order than ours. */
export function contradicts(held: Facts, told: Facts): boolean {
  return identities.some((name) => held[name] && told[name] && held[name] !== told[name]);
}

/**
 * Both together, and `held` itself when `told` adds nothing. The same whatever the order and however often:
 * ids fill gaps, the later expiry and whatever is dated later win.
 */
export function merge(held: Facts, told: Facts): Facts {
  const both: Facts = {
    ...ids(told),
    ...ids(held),
    merchant: newest(held.merchant, told.merchant),
    expires_at: latest(held.expires_at, told.expires_at),
    authorization: newest(held.authorization, told.authorization),
  };
  return names.every((name) => both[name] === held[name]) ? held : both;
}

const names = [...identities, 'merchant', 'expires_at', 'authorization'] as const;

const latest = (a = '', b = '') => [a, b].sort()[1] || undefined;

/** Dated facts: the later one, and of two of one moment the same one whatever their order. */
const newest = <Dated extends { at: string }>(a?: Dated, b?: Dated) => (!a || (b && rank(b) > rank(a)) ? b : a);

const rank = (dated: {
  at: string;
  fingerprint?: string;
  merchant_reference1?: string;
  merchant_reference2?: string;
}) => JSON.stringify([dated.at, dated.fingerprint, dated.merchant_reference1, dated.merchant_reference2]);
