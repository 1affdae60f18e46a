import type { Operation } from '../payment/operation.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { Report } from '../payment/report.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type OrderRequest, toHostedSession, toPaymentSession } from '../klarna/bodies/sessions.ts';
import { apply } from '../payment/apply.ts';
import { type ClaimOutcome, claim } from '../payment/claims.ts';
import type { PaymentRequest, Payment } from '../payment/payment.ts';
import { record, revise } from '../payment/record.ts';
import { type Answer, ask } from './ask-klarna.ts';
import type { CallbackUrls, KeepRequest, Ports } from './ports.ts';
import { refused, succeeded } from './operation-reports.ts';

export type CreatingPorts = Ports & { urls: CallbackUrls; keepRequest: KeepRequest };

export type CreatePaymentCommand = {
  payment: PaymentId;
  session: OrderRequest;
  flow: PaymentRequest['flow'];
  /** Tells another request under the same payment id from a repeat. */
  fingerprint: string;
  /** Of a charge that failed, for the customer to repair. */
  stepUp?: { step_up_id: string; customer_token: string };
};

/** created: the shopper can be sent to `redirect_url`. different: the same id was used for another request. */
export type CreatePaymentResult =
  | { outcome: 'created'; payment: Payment; redirect_url: string }
  | { outcome: 'refused'; payment: Payment; error?: KlarnaError }
  | { outcome: 'different' };

/**
 * Creates Klarna's two sessions for a payment, each at most once unless we died in between; a repeat gives the same
 * payment. A session that was made and forgotten in such a death is seen by no shopper and runs out by itself.
 * @throws KlarnaError of kind `unavailable`: the caller may ask again under the same id
 */
export async function createPayment(ports: CreatingPorts, creation: CreatePaymentCommand): Promise<CreatePaymentResult> {
  const { payment: id, session } = creation;
  const operation = sessionOperation(creation, ports.now().toISOString());
  const [begun, claimed] = await begin(ports, creation, operation);
  if (claimed === 'different') return { outcome: 'different' };
  if (begun.redirect_url) return { outcome: 'created', payment: begun, redirect_url: begun.redirect_url };
  if (claimed === 'answered') return { outcome: 'refused', payment: begun };
  if (isNeededAgain(creation.flow))
    await ports.keepRequest({ payment: id, id: 'order', body: { ...session, urls: ports.urls(id) } });
  const made = await makeSessions(ports, begun, creation);
  const observedAt = ports.now().toISOString();
  if ('error' in made) {
    const [payment] = await record(ports.store, id, refused(operation, { error: made.error, observedAt }));
    return { outcome: 'refused', payment, error: made.error };
  }
  const { session_id: hpp_session_id, redirect_url, expires_at, ...named } = made.value;
  const report = succeeded(operation, { observedAt, created: true, facts: { hpp_session_id, expires_at }, ...named });
  const [payment, shown] = await revise(ports.store, { id, at: observedAt }, (before) => {
    if (before.redirect_url) return [before, before.redirect_url]; // somebody else was first: the shopper sees one page
    return [{ ...apply(before, report)[0], redirect_url }, redirect_url];
  });
  return { outcome: 'created', payment, redirect_url: shown };
}

/** Where Klarna places no order by itself, we place one, with the very lines and addresses that the shopper authorised. */
const isNeededAgain = (flow: PaymentRequest['flow']) => flow === 'tokenize' || flow === 'buy_and_tokenize' || flow === 'charge';

const sessionOperation = ({ payment, session, fingerprint }: CreatePaymentCommand, askedAt: string): Operation => ({
  id: idempotencyKey(payment, 'session'),
  kind: 'session',
  amount: session.order.amount,
  currency: session.order.currency_code,
  fingerprint,
  askedAt,
});

const begin = (ports: Ports, { payment: id, session, flow, fingerprint }: CreatePaymentCommand, operation: Operation) =>
  revise<ClaimOutcome>(ports.store, { id, at: operation.askedAt }, (before) => {
    const { amount, currency_code: currency } = session.order;
    const request = before.request ?? { flow, amount, currency, fingerprint };
    return claim(before.request ? before : { ...before, request, account: session.account }, operation);
  });

async function makeSessions(ports: CreatingPorts, begun: Payment, { session, stepUp }: CreatePaymentCommand) {
  const klarna = ports.klarna(session.account);
  const paying = await paymentSession(ports, begun, { session, ...(stepUp && { stepUp }) });
  if ('error' in paying) return paying;
  const { status_update: statusUpdate } = ports.urls(begun.id);
  const paymentSessionUrl = klarna.paymentSessionUrl(paying.value);
  return ask(() =>
    klarna.createHostedSession(
      toHostedSession(session, { paymentSessionUrl, statusUpdate, ...(stepUp && { placeOrder: 'NONE' }) }),
    ),
  );
}

/** The session of Klarna Payments: made once and remembered before the hosted one is made over it. */
async function paymentSession(
  ports: CreatingPorts,
  begun: Payment,
  { session, stepUp }: Pick<CreatePaymentCommand, 'session' | 'stepUp'>,
): Promise<Answer<string>> {
  const known = begun.facts.kp_session_id;
  if (known) return { value: known };
  const { status_update, ...urls } = ports.urls(begun.id);
  const body = toPaymentSession(session, { payment: begun.id, urls, ...(stepUp && { stepUp }) });
  const made = await ask(() => ports.klarna(session.account).createPaymentSession(body));
  if ('error' in made) return made;
  const observedAt = ports.now().toISOString();
  const { session_id: kp_session_id } = made.value;
  const report: Report = {
    id: `session ${kp_session_id}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    facts: { kp_session_id },
  };
  const [payment] = await revise(ports.store, { id: begun.id, at: observedAt }, (before) =>
    // Somebody else was first: theirs is shown, and this one runs out unseen.
    [before.facts.kp_session_id ? before : apply(before, report)[0], undefined],
  );
  return { value: payment.facts.kp_session_id ?? kp_session_id };
}
