/**
 * A token that only the holder of the private key can open; `fingerprint` tells two tokens apart, `at` dates it.
 * Without `sealed` it has left: it was used, it ran out, or an order stands.
 */
export type SealedToken = { sealed?: string | undefined; fingerprint: string; at: string };

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
  /** Our name for the customer token that this payment made or was charged on; never Klarna's, which is money. */
  customer_token_id?: string | undefined;
  merchant?: MerchantReferences | undefined;
  /** When the hosted session ends; ISO 8601, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** Every authorization token that we heard of, oldest first, at most `mostTokens`. */
  authorizations?: SealedToken[] | undefined;
};

const identities = ['hpp_session_id', 'kp_session_id', 'order_id', 'klarna_reference', 'customer_token_id'] as const;

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
 * ids fill gaps, the later expiry and whatever is dated later win, a token that left stays away.
 */
export function merge(held: Facts, told: Facts): Facts {
  const named = { ...ids(told), ...ids(held) };
  const both: Facts = {
    ...named,
    merchant: newest(held.merchant, told.merchant),
    expires_at: latest(held.expires_at, told.expires_at),
    authorizations: tokens(held.authorizations, told.authorizations, named.order_id !== undefined),
  };
  return names.every((name) => both[name] === held[name]) ? held : both;
}

const names = [...identities, 'merchant', 'expires_at', 'authorizations'] as const;

const latest = (a = '', b = '') => [a, b].sort()[1] || undefined;

/** Dated facts: the later one, and of two of one moment the same one whatever their order. */
export const newest = <Dated extends { at: string }>(a?: Dated, b?: Dated) => (!a || (b && rank(b) > rank(a)) ? b : a);

const rank = ({ at, ...rest }: { at: string }) => JSON.stringify([at, present(rest)]);

/** What is there of an object, in one order whatever the order of its fields. */
export const present = (object: object) =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort();

/** A shopper who authorizes more often than this loses the oldest token, and none of them the payment. */
export const mostTokens = 8;

/** One entry per token, dated by its first telling; what has left stays away, and an order lets all of them go. */
function tokens(held: SealedToken[] = [], told: SealedToken[] = [], spent: boolean): SealedToken[] | undefined {
  const known = new Map<string, SealedToken>();
  for (const token of [...held, ...told]) known.set(token.fingerprint, same(known.get(token.fingerprint), token));
  const all = [...known.values()].map((token) => (spent ? gone(token) : token));
  const kept = all.sort((a, b) => dated(a).localeCompare(dated(b))).slice(-mostTokens);
  const unchanged = kept.every((token, index) => token === held[index]);
  if (kept.length === 0) return undefined;
  return unchanged ? held : kept;
}

const dated = ({ at, fingerprint }: SealedToken) => `${at} ${fingerprint}`;

/** The token as something that was there and left. */
export const gone = (token: SealedToken): SealedToken =>
  token.sealed === undefined ? token : { fingerprint: token.fingerprint, at: token.at };

function same(a: SealedToken | undefined, b: SealedToken): SealedToken {
  if (!a) return b;
  const first = `${a.at} ${a.sealed}` <= `${b.at} ${b.sealed}` ? a : b;
  return a.sealed === undefined || b.sealed === undefined ? gone(first) : first;
}

/** An authorization token lives 60 minutes (Klarna, "Authorization callback"); milliseconds. */
export const tokenLife = 60 * 60_000;

/** The token to spend: the newest that has not left. */
export const usable = ({ authorizations }: Facts): SealedToken | undefined =>
  authorizations?.findLast(({ sealed }) => sealed !== undefined);
