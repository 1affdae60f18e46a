/** A token that only the holder of the private key can open; `fingerprint` tells two tokens apart, `at` dates it. */
export type SealedToken = { sealed: string; fingerprint: string; at: string };

/** What we know of a payment under Klarna's own names. Ids never change once known. */
export type Facts = {
  hpp_session_id?: string | undefined;
  kp_session_id?: string | undefined;
  order_id?: string | undefined;
  klarna_reference?: string | undefined;
  merchant_reference1?: string | undefined;
  merchant_reference2?: string | undefined;
  /** When the hosted session ends; ISO 8601, UTC, milliseconds. */
  expires_at?: string | undefined;
  authorization?: SealedToken | undefined;
};

const identities = [
  'hpp_session_id',
  'kp_session_id',
  'order_id',
  'klarna_reference',
  'merchant_reference1',
  'merchant_reference2',
] as const;

/** The facts that name one thing for good, and may be published. */
export type References = Pick<Facts, (typeof identities)[number]>;

/** The publishable part of the facts: ids and references, never a token. */
export function references(facts: Facts): References {
  return Object.fromEntries(identities.flatMap((name) => (facts[name] ? [[name, facts[name]]] : [])));
}

/** True when both name the same thing differently: another session or another order than ours. */
export function contradicts(held: Facts, told: Facts): boolean {
  return identities.some((name) => held[name] && told[name] && held[name] !== told[name]);
}

/**
 * Both together, and `held` itself when `told` adds nothing. The same whatever the order and however often:
 * ids fill gaps, the later expiry and the newer token win.
 */
export function merge(held: Facts, told: Facts): Facts {
  const both: Facts = {
    ...references(told),
    ...references(held),
    expires_at: latest(held.expires_at, told.expires_at),
    authorization: newest(held.authorization, told.authorization),
  };
  return names.every((name) => both[name] === held[name]) ? held : both;
}

const names = [...identities, 'expires_at', 'authorization'] as const;

const latest = (a = '', b = '') => [a, b].sort()[1] || undefined;

const newest = (a?: SealedToken, b?: SealedToken) => (!a || (b && rank(b) > rank(a)) ? b : a);

const rank = ({ at, fingerprint }: SealedToken) => `${at} ${fingerprint}`;
