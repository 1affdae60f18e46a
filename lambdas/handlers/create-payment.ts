import { randomUUID } from 'node:crypto';
import { type CreatePaymentDependencies, createPaymentDependencies } from '../dependencies/create-payment.ts';
import { type CreatePaymentResult, createPayment as create } from '../flows/create-payment.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import { parseSession } from '../merchant/requests.ts';
import { type PaymentId, paymentId } from '../payment/payment-id.ts';
import { endpoint, json } from './http/endpoint.ts';
import { klarnaRefusal, locationOf, operationBody } from './http/merchant-answers.ts';
import {
  bodyOf,
  fieldRefusal,
  fingerprintOf,
  idempotencyKeyOf,
  keyReused,
  tooLarge,
} from './http/merchant-requests.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** POST /payments: Klarna's sessions for one payment, and where to send the shopper. */
export const createPaymentEndpoint = (dependencies: CreatePaymentDependencies) =>
  endpoint(dependencies.logger, 'merchant', async (event) => {
    const body = bodyOf(event);
    const read = parseSession(body);
    if ('problems' in read) throw fieldRefusal(read.problems);
    const { session } = read;
    if (!dependencies.hasAccount(session.account))
      throw fieldRefusal([{ field: 'account', reason: 'is not configured' }]);
    const payment = newPaymentId(session.account, idempotencyKeyOf(event));
    const command = { payment, session, flow: session.flow, fingerprint: fingerprintOf(body) };
    return answerTo(dependencies, payment, await create(dependencies, command));
  });

export const handler = await lambdaHandler(createPaymentDependencies, createPaymentEndpoint);

/** A repeat under the same key gets the same payment; its id does not reveal the key. */
function newPaymentId(account: string, key: string | undefined): PaymentId {
  const id = paymentId(key === undefined ? randomUUID() : idempotencyKey('payment', account, key));
  if (!id) throw new Error('a UUID is a payment id');
  return id;
}

function answerTo({ logger, statusUrl }: CreatePaymentDependencies, id: PaymentId, result: CreatePaymentResult) {
  if (result.outcome === 'different') throw keyReused();
  if (result.outcome === 'too large') throw tooLarge('shipments');
  const { payment } = result;
  if (result.outcome === 'refused') {
    const operation = payment.operations.find(({ kind }) => kind === 'session');
    const details = operation ? operationBody(payment, operation) : { payment: id };
    throw klarnaRefusal(result.error, { operation, payment: id, details });
  }
  logger({
    message: 'created',
    fields: { payment: id, flow: payment.request?.flow },
    metrics: { SessionsCreated: 1 },
  });
  const answer = {
    payment: id,
    redirect_url: result.redirect_url,
    expires_at: payment.facts.expires_at,
    status_url: statusUrl(id),
  };
  return json(201, answer, { location: locationOf(id) });
}
