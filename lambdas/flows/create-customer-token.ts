import { tokenLifetime } from '../payment/clocks.ts';
import type { Operation } from '../payment/operation.ts';
import type { Report } from '../payment/report.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import { type SessionRequest, toCustomerToken } from '../klarna/bodies/sessions.ts';
import { discardToken, type SealedToken, usableToken } from '../payment/facts.ts';
import { claim } from '../payment/claims.ts';
import type { Payment } from '../payment/payment.ts';
import { recordAll, revise } from '../payment/record.ts';
import { type Answer, ask, isUnavailable } from './ask-klarna.ts';
import type { PlacingPorts } from './place-order.ts';
import type { CustomerToken, CustomerTokens, SealToken } from './ports.ts';
import { endsPayment, abandoned, refused, succeeded } from './operation-reports.ts';

export type TokenisingPorts = PlacingPorts & { tokens: CustomerTokens; sealCustomerToken: SealToken };

/**
 * Turns the authorization in hand into a customer token, which must come before the order: that uses the authorization up.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is asked again
 */
export async function createCustomerToken(ports: TokenisingPorts, payment: Payment): Promise<void> {
  const token = usableToken(payment.facts);
  if (!token) return;
  const operation: Operation = {
    id: idempotencyKey(payment.id, 'customer_token'),
    kind: 'customer_token',
    fingerprint: token.fingerprint,
    askedAt: ports.now().toISOString(),
  };
  const [claimed, standing] = await revise(ports.store, { id: payment.id, at: operation.askedAt }, (now) =>
    claim(now, operation),
  );
  if (standing === 'claimed') await finishCustomerToken(ports, claimed, operation);
}

/** Asks Klarna for the token, unless it was made and kept before we died. @throws as `createCustomerToken` */
export async function finishCustomerToken(
  ports: TokenisingPorts,
  payment: Payment,
  operation: Operation,
): Promise<void> {
  const kept = await ports.tokens.find(operation.id);
  const report = kept ? made(ports, payment, operation) : await make(ports, payment, operation);
  const isAll = payment.request?.flow === 'tokenize';
  const failed = isAll && report.statement?.meaning.state === 'ERROR';
  await recordAll(ports.store, payment.id, failed ? [report, endsPayment('rejected', report)] : [report]);
  if (isAll) await ports.forgetRequest({ payment: payment.id, id: 'order' });
}

async function make(ports: TokenisingPorts, payment: Payment, operation: Operation): Promise<Report> {
  const authorization = used(payment, operation);
  const session = (await ports.openRequest({ payment: payment.id, id: 'order' })) as SessionRequest | undefined;
  if (!authorization?.sealed || !session) return abandoned(operation, without(ports, payment));
  const token = await ports.openToken({
    payment: payment.id,
    sealed: authorization.sealed,
    purpose: 'create customer token',
  });
  const body = toCustomerToken(session, { payment: payment.id });
  const answer = await inTime(ports, payment, {
    authorization,
    call: () => ports.klarna(payment.account).createCustomerToken({ token, body }),
  });
  if (!answer) return abandoned(operation, without(ports, payment));
  if ('error' in answer) return refused(operation, { error: answer.error, ...without(ports, payment) });
  const { token_id, ...named } = answer.value;
  await ports.tokens.save(await sealed(ports, { payment, operation, session, token: token_id }));
  return made(ports, payment, { ...operation, ...named });
}

/** How long an order waits for the customer token that should come first; it needs the rest of the authorization's hour. */
const patience = 0.75 * tokenLifetime;

type Asking<Value> = { authorization: SealedToken; call: () => Promise<Value> };

/** Klarna's answer, or undefined when the order can wait for it no longer. @throws as `ask` */
async function inTime<Value>(
  { now }: TokenisingPorts,
  { request }: Payment,
  { authorization, call }: Asking<Value>,
): Promise<Answer<Value> | undefined> {
  try {
    return await ask(call);
  } catch (error) {
    const waits = now().getTime() - Date.parse(authorization.at) < patience;
    if (request?.flow === 'tokenize' || waits || !isUnavailable(error)) throw error;
    return undefined;
  }
}

/** Without a customer token: where no order follows, the authorization is of no more use. */
const without = ({ now }: TokenisingPorts, payment: Payment) => ({
  observedAt: now().toISOString(),
  facts: { authorizations: done(payment) },
});

const used = ({ facts }: Payment, { fingerprint }: Operation): SealedToken | undefined =>
  facts.authorizations?.find((token) => token.fingerprint === fingerprint);

/** Where no order follows, the authorization has done what it was for. */
const done = ({ request, facts }: Payment) =>
  request?.flow === 'tokenize' ? (facts.authorizations ?? []).map(discardToken) : undefined;

function made(ports: TokenisingPorts, payment: Payment, operation: Operation): Report {
  const facts = { customer_token_id: operation.id, authorizations: done(payment) };
  return succeeded(operation, { observedAt: ports.now().toISOString(), created: true, facts });
}

type Made = { payment: Payment; operation: Operation; session: SessionRequest; token: string };

async function sealed(ports: TokenisingPorts, { payment, operation, session, token }: Made): Promise<CustomerToken> {
  const createdAt = ports.now().toISOString();
  const { sealed: text } = await ports.sealCustomerToken({ payment: payment.id, token, at: createdAt });
  return {
    id: operation.id,
    account: payment.account,
    customer: session.customer.reference,
    payment: payment.id,
    sealed: text,
    status: 'ACTIVE',
    country: session.customer.billing_address.country_code,
    locale: session.locale,
    createdAt,
  };
}
