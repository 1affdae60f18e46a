import { type StepUp, toHostedSession, toPaymentSession } from '../klarna/bodies/sessions.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { OrderRequest } from '../merchant/kept-requests.ts';
import { applyReport } from '../payment/apply.ts';
import { claimFirst } from '../payment/claims.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment, PaymentRequest } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { record, revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { askAgain, type OperationAttempt } from './ask-again.ts';
import { type KlarnaResult, orderRequestKey } from './ask-klarna.ts';
import { refusalReport, successReport } from './operation-reports.ts';
import type { CallbackUrls, KeepRequest, Ports } from './ports.ts';

export type CreatingPorts = Ports & { urls: CallbackUrls; keepRequest: KeepRequest };

export type CreatePaymentCommand = {
  payment: PaymentId;
  session: OrderRequest;
  flow: PaymentRequest['flow'];
  /** Distinguishes another request under the same payment id from a repeat. */
  fingerprint: string;
  /** Of a charge that failed, for the customer to repair. */
  stepUp?: StepUp;
};

/** created: the shopper can be sent to `redirect_url`. different: the same id was used for another request. */
export type CreatePaymentResult =
  | { outcome: 'created'; payment: Payment; redirect_url: string }
  | { outcome: 'refused'; payment: Payment; error?: KlarnaError }
  | { outcome: 'different' };

/**
 * Creates Klarna's two sessions for a payment, each once; a repeat gets the same payment. A crash in between may create
 * a second session, which no shopper sees and which expires.
 * @throws KlarnaError of kind `unavailable`: the caller may ask again under the same id
 */
export async function createPayment(ports: CreatingPorts, command: CreatePaymentCommand): Promise<CreatePaymentResult> {
  const { payment: id, session } = command;
  const operation = sessionOperation(command, ports.now().toISOString());
  const [opened, claimed] = await claimSession(ports, command, operation);
  if (claimed === 'different') return { outcome: 'different' };
  if (opened.redirect_url) return { outcome: 'created', payment: opened, redirect_url: opened.redirect_url };
  if (claimed === 'answered') return { outcome: 'refused', payment: opened };
  if (placesOrderItself(command.flow))
    await ports.keepRequest({ ...orderRequestKey(opened), body: { ...session, urls: ports.urls(id) } });
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

const claimSession = (ports: Ports, command: CreatePaymentCommand, operation: Operation) => {
  const { payment: id, session, flow, fingerprint } = command;
  const { amount, currency_code: currency } = session.order;
  const opening = { request: { flow, amount, currency, fingerprint }, account: session.account };
  return revise(ports.store, { id, at: operation.askedAt }, (before) => claimFirst(before, opening, operation));
};

async function createSessions(
  ports: CreatingPorts,
  attempt: OperationAttempt,
  { session, stepUp }: CreatePaymentCommand,
) {
  const klarna = ports.klarna(session.account);
  const paymentSession = await createPaymentSession(ports, attempt, { session, ...(stepUp && { stepUp }) });
  if ('error' in paymentSession) return paymentSession;
  const { status_update: statusUpdate } = ports.urls(attempt.payment.id);
  const paymentSessionUrl = klarna.paymentSessionUrl(paymentSession.value);
  return askAgain(ports, attempt, () =>
    klarna.createHostedSession(
      toHostedSession(session, { paymentSessionUrl, statusUpdate, ...(stepUp && { placeOrder: 'NONE' }) }),
    ),
  );
}

/** The session of Klarna Payments: made once, and saved before the hosted session is made from it. */
async function createPaymentSession(
  ports: CreatingPorts,
  attempt: OperationAttempt,
  { session, stepUp }: Pick<CreatePaymentCommand, 'session' | 'stepUp'>,
): Promise<KlarnaResult<string>> {
  const opened = attempt.payment;
  const known = opened.facts.kp_session_id;
  if (known) return { value: known };
  const body = toPaymentSession(session, {
    payment: opened.id,
    urls: ports.urls(opened.id),
    ...(stepUp && { stepUp }),
  });
  const answer = await askAgain(ports, attempt, () => ports.klarna(session.account).createPaymentSession(body));
  if ('error' in answer) return answer;
  const observedAt = ports.now().toISOString();
  const { session_id: kp_session_id } = answer.value;
  const report: Report = {
    id: `session ${kp_session_id}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    facts: { kp_session_id },
  };
  const [payment] = await revise(ports.store, { id: opened.id, at: observedAt }, (before) =>
    // If another process was first, its session is shown and this one expires unseen.
    [before.facts.kp_session_id ? before : applyReport(before, report)[0], undefined],
  );
  return { value: payment.facts.kp_session_id ?? kp_session_id };
}
