import type { RunContext } from '../../deterministic/run-context.ts';

/** Fields that Klarna's schemas allow to be absent, by the document that has them. */
const optional = [
  'session.expires_at',
  'session.updated_at',
  'session.klarna_reference',
  'session.order_id',
  'order.remaining_authorized_amount',
  'order.klarna_reference',
  'order.expires_at',
  'captures.reference',
  'captures.capture_id',
  'refunds.reference',
  'refunds.refund_id',
] as const;
type OptionalField = (typeof optional)[number];

/** How this run's Klarna writes its documents: which optional fields it leaves out, and whether references agree. */
export function klarnaDocuments({ chance, faults }: RunContext) {
  const leavesOut = faults.strikes('fields absent', 'of the documents of Klarna');
  const share = chance.pick([0.15, 0.4, 0.8]);
  const absent = new Set<OptionalField>(leavesOut ? optional.filter(() => chance.happens(share)) : []);
  const differs = faults.strikes('references differ', 'in sessions and orders');
  const without = (part: string, document: object): object =>
    Object.fromEntries(Object.entries(document).filter(([name]) => !absentNames(part).has(name)));
  const absentNames = (part: string) =>
    new Set([...absent].flatMap((field) => (field.startsWith(`${part}.`) ? [field.split('.')[1]] : [])));

  const session = (document: object): object => {
    const shown = without('session', document);
    return differs && 'klarna_reference' in shown
      ? { ...shown, klarna_reference: `HPP-${shown.klarna_reference}` }
      : shown;
  };
  const order = (document: { captures?: unknown; refunds?: unknown }): object => ({
    ...without('order', document),
    captures: listOf(document.captures).map((each) => without('captures', each)),
    refunds: listOf(document.refunds).map((each) => without('refunds', each)),
  });
  /** An answer's body as this Klarna writes it. */
  const written = (path: string, body: object): object => {
    if ('error_code' in body) return body;
    if (path.startsWith('/hpp/v1/sessions')) return session(body);
    return /^\/ordermanagement\/v1\/orders\/[^/]+$/.test(path) ? order(body) : body;
  };
  /** A callback's body as this Klarna writes it. */
  const writtenCallback = (body: object): object =>
    'session' in body && typeof body.session === 'object' && body.session
      ? { ...body, session: session(body.session) }
      : body;
  return { absent, written, writtenCallback };
}

const listOf = (value: unknown): object[] => (Array.isArray(value) ? value.map(Object) : []);
