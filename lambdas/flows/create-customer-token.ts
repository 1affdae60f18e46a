import { toCustomerToken } from '../klarna/bodies/orders.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { OrderRequest } from '../merchant/kept-requests.ts';
import { claim } from '../payment/claims.ts';
import { tokenLifetime } from '../payment/clocks.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import { discardToken, type SealedToken, usableToken } from '../payment/facts.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import { nothingRecorded, type RecordResult, recordAll, revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { ask, isUnavailable, type KlarnaResult, orderRequestKey } from './ask-klarna.ts';
import { endsPayment, refusalReport, successReport, unknownReport } from './operation-reports.ts';
import type { PlacingPorts } from './place-order.ts';
import type { CustomerTokens, SealToken } from './ports.ts';

export type TokenisingPorts = PlacingPorts & { tokens: CustomerTokens; sealCustomerToken: SealToken };

/**
 * Makes a customer token from the authorization, once of each: where Klarna refused one, the next may be granted. It
 * must come before the order, which uses the authorization up.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is requested again
 */
export async function createCustomerToken(ports: TokenisingPorts, payment: Payment): Promise<RecordResult> {
  const token = usableToken(payment.facts);
  if (!token) return nothingRecorded(payment);
  const operation: Operation = {
    id: idempotencyKey(payment.id, 'customer_token', token.fingerprint),
    kind: 'customer_token',
    fingerprint: token.fingerprint,
    askedAt: ports.now().toISOString(),
  };
  const target = { id: payment.id, at: operation.askedAt, known: payment };
  const [claimed, outcome] = await revise(ports.store, target, (now) => claim(now, operation));
  return outcome === 'claimed' ? finishCustomerToken(ports, claimed, operation) : nothingRecorded(claimed);
}

/** Requests the token from Klarna, unless it was made and kept before we died. @throws as `createCustomerToken` */
export async function finishCustomerToken(
  ports: TokenisingPorts,
  payment: Payment,
  operation: Operation,
): Promise<RecordResult> {
  const isKept = (await ports.tokens.find(operation.id)) !== undefined;
  const report = isKept ? created(ports, payment, operation) : await requestToken(ports, payment, operation);
  const isLast = payment.request?.flow === 'tokenize';
  const failed = isLast && report.statement?.meaning.state === 'ERROR';
  const recorded = await recordAll(
    ports.store,
    { id: payment.id, known: payment },
    failed ? [report, endsPayment('rejected', report)] : [report],
  );
  if (isLast) await ports.deleteRequest(orderRequestKey(payment));
  return recorded;
}

async function requestToken(ports: TokenisingPorts, payment: Payment, operation: Operation): Promise<Report> {
  const authorization = payment.facts.authorizations?.find(({ fingerprint }) => fingerprint === operation.fingerprint);
  const session = await ports.openRequest(orderRequestKey(payment));
  if (!authorization?.sealed || !session) return unknownReport(operation, withoutToken(ports, payment));
  const token = await ports.openToken({
    payment: payment.id,
    sealed: authorization.sealed,
    purpose: 'create customer token',
  });
  const body = toCustomerToken(session, { payment: payment.id });
  const answer = await askInTime(ports, payment, {
    authorization,
    call: () => ports.klarna(payment.account).createCustomerToken({ token, body }),
  });
  if (!answer) return unknownReport(operation, withoutToken(ports, payment));
  if ('error' in answer) return refusalReport(operation, { error: answer.error, ...withoutToken(ports, payment) });
  const { token_id, ...rest } = answer.value;
  await ports.tokens.save(await sealedToken(ports, { payment, operation, session, token: token_id }));
  return created(ports, payment, { ...operation, ...rest });
}

/**
 * How long an order waits for the customer token that should come first. It needs the rest of the authorization's hour.
 */
const maxWait = 0.75 * tokenLifetime;

type Request<Value> = { authorization: SealedToken; call: () => Promise<Value> };

/** Klarna's answer, or undefined when the order can wait for it no longer. @throws as `ask` */
async function askInTime<Value>(
  { now }: TokenisingPorts,
  { request }: Payment,
  { authorization, call }: Request<Value>,
): Promise<KlarnaResult<Value> | undefined> {
  try {
    return await ask(call);
  } catch (error) {
    const mayWait = now().getTime() - Date.parse(authorization.at) < maxWait;
    if (request?.flow === 'tokenize' || mayWait || !isUnavailable(error)) throw error;
    return undefined;
  }
}

/** The observation that no customer token was made. */
const withoutToken = ({ now }: TokenisingPorts, payment: Payment) => ({
  observedAt: now().toISOString(),
  facts: { authorizations: spentTokens(payment) },
});

/** Where no order follows, the authorization is of no more use. */
const spentTokens = ({ request, facts }: Payment) =>
  request?.flow === 'tokenize' ? (facts.authorizations ?? []).map(discardToken) : undefined;

function created(ports: TokenisingPorts, payment: Payment, operation: Operation): Report {
  const facts = { customer_token_id: operation.id, authorizations: spentTokens(payment) };
  return successReport(operation, { observedAt: ports.now().toISOString(), created: true, facts });
}

type NewToken = { payment: Payment; operation: Operation; session: OrderRequest; token: string };

async function sealedToken(
  ports: TokenisingPorts,
  { payment, operation, session, token }: NewToken,
): Promise<CustomerToken> {
  const createdAt = ports.now().toISOString();
  const { sealed } = await ports.sealCustomerToken({ payment: payment.id, token, at: createdAt });
  return {
    id: operation.id,
    account: payment.account,
    customer: session.customer.reference,
    payment: payment.id,
    sealed,
    status: 'ACTIVE',
    country: session.customer.billing_address.country_code,
    locale: session.locale,
    createdAt,
  };
}
