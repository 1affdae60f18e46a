import { idempotencyKey } from '../klarna/idempotency.ts';
import { type SessionRequest, toCustomerToken } from '../klarna/session.ts';
import { gone, type SealedToken, usable } from '../payment/facts.ts';
import { claim, type Operation } from '../payment/operations.ts';
import type { Payment, Report } from '../payment/payment.ts';
import { record, revise } from '../payment/record.ts';
import { ask } from './perform.ts';
import type { PlacingPorts } from './place-order.ts';
import type { CustomerToken, CustomerTokens, SealToken } from './ports.ts';
import { givenUp, refused, succeeded } from './results.ts';

export type TokenisingPorts = PlacingPorts & { tokens: CustomerTokens; sealCustomerToken: SealToken };

/**
 * Turns the authorization in hand into a customer token, which must come before the order: that uses the authorization up.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is asked again
 */
export async function createCustomerToken(ports: TokenisingPorts, payment: Payment): Promise<void> {
  const token = usable(payment.facts);
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
  const [after] = await record(ports.store, payment.id, report);
  if (after.asked?.flow === 'tokenize') await ports.forgetRequest({ payment: payment.id, id: 'order' });
}

async function make(ports: TokenisingPorts, payment: Payment, operation: Operation): Promise<Report> {
  const authorization = used(payment, operation);
  const heardAt = ports.now().toISOString();
  if (!authorization?.sealed) return givenUp(operation, { heardAt });
  const session = (await ports.openRequest({ payment: payment.id, id: 'order' })) as SessionRequest;
  const token = await ports.openToken({
    payment: payment.id,
    sealed: authorization.sealed,
    purpose: 'create customer token',
  });
  const body = toCustomerToken(session, { payment: payment.id });
  const answer = await ask(() => ports.klarna(payment.account).createCustomerToken({ token, body }));
  if ('error' in answer) return refused(operation, { error: answer.error, heardAt: ports.now().toISOString() });
  const { token_id, ...named } = answer.value;
  await ports.tokens.save(await sealed(ports, { payment, operation, session, token: token_id }));
  return made(ports, payment, { ...operation, ...named });
}

const used = ({ facts }: Payment, { fingerprint }: Operation): SealedToken | undefined =>
  facts.authorizations?.find((token) => token.fingerprint === fingerprint);

/** Where no order follows, the authorization has done what it was for. */
function made(ports: TokenisingPorts, payment: Payment, operation: Operation): Report {
  const done = payment.asked?.flow === 'tokenize' ? (payment.facts.authorizations ?? []).map(gone) : undefined;
  const facts = { customer_token_id: operation.id, authorizations: done };
  return succeeded(operation, { heardAt: ports.now().toISOString(), created: true, facts });
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
