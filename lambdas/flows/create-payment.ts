import type { StepUp } from '../klarna/bodies/sessions.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { OrderRequest } from '../merchant/kept-requests.ts';
import { applyReport } from '../payment/apply.ts';
import { claimFirst } from '../payment/claims.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment, PaymentRequest } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { openPayment, record, revise } from '../payment/record.ts';
import { orderRequestKey } from './ask-klarna.ts';
import { createSessions } from './create-sessions.ts';
import { refusalReport, successReport } from './operation-reports.ts';
import type { CreatingPorts, Ports } from './ports.ts';

export type CreatePaymentCommand = {
  payment: PaymentId;
  session: OrderRequest;
  flow: PaymentRequest['flow'];
  /** Distinguishes another request under the same payment id from a repeat. */
  fingerprint: string;
  /** Of a charge that failed, for the customer to repair. */
  stepUp?: StepUp;
};

/**
 * created: the shopper can be sent to `redirect_url`. different: the same id was used for another request. too large:
 * the request cannot be kept until its order is placed; nothing was created.
 */
export type CreatePaymentResult =
  | { outcome: 'created'; payment: Payment; redirect_url: string }
  | { outcome: 'refused'; payment: Payment; error?: KlarnaError }
  | { outcome: 'different' }
  | { outcome: 'too large' };

/**
 * Creates Klarna's two sessions for a payment, each once; a repeat gets the same payment. A crash in between may create
 * a second session, which no shopper sees and which expires.
 * @throws KlarnaError of kind `unavailable`: the caller may ask again under the same id
 */
export async function createPayment(ports: CreatingPorts, command: CreatePaymentCommand): Promise<CreatePaymentResult> {
  const { payment: id } = command;
  const operation = sessionOperation(command, ports.now().toISOString());
  const before = (await ports.store.find(id)) ?? openPayment(id, operation.askedAt, ports.store.newIncarnation());
  if ((await keepSession(ports, command, { before, operation })) === 'too large') return { outcome: 'too large' };
  const [opened, claimed] = await claimSession(ports, command, { before, operation });
  if (claimed === 'different') return { outcome: 'different' };
  if (opened.redirect_url) return { outcome: 'created', payment: opened, redirect_url: opened.redirect_url };
  if (claimed === 'answered') return { outcome: 'refused', payment: opened };
  const known = opened.operations.find((each) => each.id === operation.id) ?? operation;
  const attempt = { payment: opened, operation: known, isFirst: claimed === 'claimed' };
  const answer = await createSessions(ports, attempt, command);
  const observedAt = ports.now().toISOString();
  if ('error' in answer) {
    const [payment] = await record(ports.store, id, refusalReport(operation, { error: answer.error, observedAt }));
    return { outcome: 'refused', payment, error: answer.error };
  }
  const { session_id: hpp_session_id, redirect_url, expires_at, ...rest } = answer.value;
  const report = successReport(operation, {
    observedAt,
    created: true,
    facts: { hpp_session_id, expires_at },
    ...rest,
  });
  const [payment, shown] = await revise(ports.store, { id, at: observedAt }, (before) => {
    if (before.redirect_url) return [before, before.redirect_url]; // another process was first: the shopper sees one page
    return [{ ...applyReport(before, report)[0], redirect_url }, redirect_url];
  });
  return { outcome: 'created', payment, redirect_url: shown };
}

/**
 * Where Klarna places no order by itself we place one, with exactly the lines and addresses that the shopper
 * authorized.
 */
const placesOrderItself = (flow: PaymentRequest['flow']) =>
  flow === 'tokenize' || flow === 'buy_and_tokenize' || flow === 'charge';

const sessionOperation = ({ payment, session, fingerprint }: CreatePaymentCommand, askedAt: string): Operation => ({
  id: idempotencyKey(payment, 'session'),
  kind: 'session',
  amount: session.order.amount,
  currency: session.order.currency_code,
  fingerprint,
  askedAt,
});

type Claim = { before: Payment; operation: Operation };

const claimSession = ({ store }: Ports, command: CreatePaymentCommand, { before, operation }: Claim) =>
  revise(store, { id: before.id, at: operation.askedAt, known: before }, (payment) =>
    claimFirst(payment, openingOf(command), operation),
  );

const openingOf = ({ session, flow, fingerprint }: CreatePaymentCommand) => {
  const { amount, currency_code: currency } = session.order;
  return { request: { flow, amount, currency, fingerprint }, account: session.account };
};

/** Keeps the session for the order that we shall place, before anything is created; a repeat has nothing to keep. */
async function keepSession(ports: CreatingPorts, command: CreatePaymentCommand, { before, operation }: Claim) {
  const [opened, outcome] = claimFirst(before, openingOf(command), operation);
  const isWanted = !opened.redirect_url && (outcome === 'claimed' || outcome === 'under_way');
  if (!isWanted || !placesOrderItself(command.flow)) return 'not needed';
  return ports.keepRequest({ ...orderRequestKey(opened), body: { ...command.session, urls: ports.urls(opened.id) } });
}
