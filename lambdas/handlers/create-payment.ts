import { paymentId, type PaymentId } from '../payment/payment-id.ts';
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type CreatePaymentResult, createPayment as create } from '../flows/create-payment.ts';

import { idempotencyKey } from '../klarna/client/idempotency.ts';
import { readSession } from '../merchant/requests.ts';

import { type CreatePaymentDependencies, createPaymentDependencies } from '../dependencies/create-payment.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { http, json } from './http/endpoint.ts';
import {
  bodyOf,
  fingerprintOf,
  idempotencyKeyOf,
  locationOf,
  operationAnswer,
  klarnaRefusal,
  fieldRefusal,
  keyReused,
} from './http/merchant.ts';

/** POST /payments: Klarna's sessions for one payment, and where to send the shopper. */
export const createPayment = (house: CreatePaymentDependencies) =>
  http(
    house.journal,
    async (event: APIGatewayProxyEventV2) => {
      const body = bodyOf(event);
      const read = readSession(body);
      if ('problems' in read) throw fieldRefusal(read.problems);
      const { session } = read;
      if (!house.hasAccount(session.account)) throw fieldRefusal([{ field: 'account', reason: 'is not configured' }]);
      const payment = named(session.account, idempotencyKeyOf(event));
      const created = await create(house, { payment, session, flow: session.flow, fingerprint: fingerprintOf(body) });
      return answerTo(house, payment, created);
    },
    'merchant',
  );

export const handler = await lambdaHandler(createPaymentDependencies, createPayment);

/** A repeat under the same key is the same payment; its name says nothing of the key. */
function named(account: string, key: string | undefined): PaymentId {
  const id = paymentId(key === undefined ? randomUUID() : idempotencyKey('payment', account, key));
  if (!id) throw new Error('a UUID is a payment id');
  return id;
}

function answerTo(house: CreatePaymentDependencies, id: PaymentId, created: CreatePaymentResult) {
  if (created.outcome === 'different') throw keyReused();
  const { payment } = created;
  if (created.outcome === 'refused') {
    const operation = payment.operations.find(({ kind }) => kind === 'session');
    const tells = operation ? operationAnswer(payment, operation) : { payment: id };
    throw klarnaRefusal(created.error, { operation, payment: id, tells });
  }
  house.journal({
    message: 'created',
    fields: { payment: id, flow: payment.request?.flow },
    metrics: { SessionsCreated: 1 },
  });
  const answer = {
    payment: id,
    redirect_url: created.redirect_url,
    expires_at: payment.facts.expires_at,
    status_url: house.statusUrl(id),
  };
  return json(201, answer, { location: locationOf(id) });
}
