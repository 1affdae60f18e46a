import { type StepUp, toHostedSession, toPaymentSession } from '../klarna/bodies/sessions.ts';
import type { OrderRequest } from '../merchant/kept-requests.ts';
import { applyReport } from '../payment/apply.ts';
import { revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { askAgain, type OperationAttempt } from './ask-again.ts';
import type { KlarnaResult } from './ask-klarna.ts';
import type { CreatingPorts } from './ports.ts';

type Wish = { session: OrderRequest; stepUp?: StepUp };

/** The session of Klarna Payments, and from it the hosted one. @throws as `askAgain` */
export async function createSessions(ports: CreatingPorts, attempt: OperationAttempt, { session, stepUp }: Wish) {
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
  { session, stepUp }: Wish,
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
