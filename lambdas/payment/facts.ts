/**
 * A token that only the holder of the private key can open. `fingerprint` distinguishes two tokens, `at` is when it was
 * first reported. Without `sealed` it is discarded: it was used, it expired, or an order exists.
 */
export type SealedToken = { sealed?: string | undefined; fingerprint: string; at: string };

/** Klarna's own reference. It identifies nothing: session and order may show different ones. */
type KlarnaReference = { klarna_reference: string; at: string };

/** The merchant's own references. A shop may change them while the shopper is still deciding. */
type MerchantReferences = {
  merchant_reference1?: string | undefined;
  merchant_reference2?: string | undefined;
  at: string;
};

/** What we know about a payment, under Klarna's own names. Ids never change once known. */
export type Facts = {
  hpp_session_id?: string | undefined;
  kp_session_id?: string | undefined;
  order_id?: string | undefined;
  klarna?: KlarnaReference | undefined;
  /**
   * Our id of the customer token that this payment made or was charged on. Klarna's own token is worth money and stays
   * sealed.
   */
  customer_token_id?: string | undefined;
  merchant?: MerchantReferences | undefined;
  /** When the hosted session ends; ISO 8601, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** The authorization tokens that were reported, oldest first, at most `maxTokens`, `maxSealed` of them sealed. */
  authorizations?: SealedToken[] | undefined;
};

const identities = ['hpp_session_id', 'kp_session_id', 'order_id', 'customer_token_id'] as const;

/** Everything that identifies the payment and may be published. */
export type References = Pick<Facts, (typeof identities)[number]> &
  Partial<Omit<KlarnaReference, 'at'>> &
  Omit<MerchantReferences, 'at'>;

/** The publishable part of the facts: ids and references, never a token. */
export function references({ klarna, merchant, ...facts }: Facts): References {
  const { merchant_reference1, merchant_reference2 } = { ...merchant };
  return {
    ...ids(facts),
    ...(klarna && { klarna_reference: klarna.klarna_reference }),
    merchant_reference1,
    merchant_reference2,
  };
}

/** Klarna's reference as a fact, as it was shown at `at`; nothing where Klarna shows none. */
export const klarnaReference = (klarna_reference: string | undefined, at: string): Pick<Facts, 'klarna'> =>
  klarna_reference === undefined ? {} : { klarna: { klarna_reference, at } };

const ids = (facts: Facts): Pick<Facts, (typeof identities)[number]> =>
  Object.fromEntries(identities.flatMap((name) => (facts[name] ? [[name, facts[name]]] : [])));

/** True when an id differs: another session or another order than ours. */
export function contradicts(held: Facts, reported: Facts): boolean {
  return identities.some((name) => held[name] && reported[name] && held[name] !== reported[name]);
}

/**
 * Both together, or `held` itself when `reported` adds nothing. Order and repetition do not matter: ids fill gaps, the
 * later expiry and the later references win, and a discarded token stays discarded. Facts that only a newer version of
 * this code knows are kept.
 */
export function merge(held: Facts, reported: Facts): Facts {
  const known = { ...ids(reported), ...ids(held) };
  const both: Facts = {
    ...held,
    ...known,
    klarna: latestDated(held.klarna, reported.klarna),
    merchant: latestDated(held.merchant, reported.merchant),
    expires_at: latest(held.expires_at, reported.expires_at),
    authorizations: tokens(held.authorizations, reported.authorizations, known.order_id !== undefined),
  };
  return names.every((name) => both[name] === held[name]) ? held : both;
}

const names = [...identities, 'klarna', 'merchant', 'expires_at', 'authorizations'] as const;

const latest = (a = '', b = '') => [a, b].sort()[1] || undefined;

/** The later of two facts. Of two with the same time, always the same one. */
export const latestDated = <Dated extends { at: string }>(a?: Dated, b?: Dated) =>
  !a || (b && rank(b) > rank(a)) ? b : a;

const rank = ({ at, ...rest }: { at: string }) => JSON.stringify([at, definedEntries(rest)]);

/** The defined entries of an object, sorted by name. */
export const definedEntries = (object: object) =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort();

/**
 * A shopper who authorizes more often than `maxSealed` times loses the oldest token, but never the payment. Discarded
 * tokens are remembered, so that a late callback brings none of them back.
 */
export const maxSealed = 8;
export const maxTokens = 64;

/** One entry per token, dated by its first report. Discarded tokens stay discarded; an order discards all of them. */
function tokens(held: SealedToken[] = [], reported: SealedToken[] = [], spent: boolean): SealedToken[] | undefined {
  const known = new Map<string, SealedToken>();
  for (const token of [...held, ...reported]) known.set(token.fingerprint, same(known.get(token.fingerprint), token));
  const all = [...known.values()].sort((a, b) => sortKey(a).localeCompare(sortKey(b))).slice(-maxTokens);
  const sealed = all.filter((token) => token.sealed !== undefined && !spent).slice(-maxSealed);
  const kept = all.map((token) => (sealed.includes(token) ? token : discardToken(token)));
  const unchanged = kept.every((token, index) => token === held[index]);
  if (kept.length === 0) return undefined;
  return unchanged ? held : kept;
}

const sortKey = ({ at, fingerprint }: SealedToken) => `${at} ${fingerprint}`;

/** The token without its sealed content. */
export const discardToken = (token: SealedToken): SealedToken =>
  token.sealed === undefined ? token : { fingerprint: token.fingerprint, at: token.at };

function same(a: SealedToken | undefined, b: SealedToken): SealedToken {
  if (!a) return b;
  const first = `${a.at} ${a.sealed}` <= `${b.at} ${b.sealed}` ? a : b;
  return a.sealed === undefined || b.sealed === undefined ? discardToken(first) : first;
}

/** The token to use: the newest that is not discarded. */
export const usableToken = ({ authorizations }: Facts): SealedToken | undefined =>
  authorizations?.findLast(({ sealed }) => sealed !== undefined);

/**
 * A report with the authorization token that came with it, now sealed, among its facts; the report itself where none
 * came.
 */
export const withAuthorization = <Reported extends { facts: Facts }>(
  report: Reported,
  token: SealedToken | undefined,
): Reported => (token ? { ...report, facts: { ...report.facts, authorizations: [token] } } : report);
