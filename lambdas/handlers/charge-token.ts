import { paymentId, type PaymentId } from '../payment/payment-id.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ChargeResult, charge } from '../flows/charge.ts';
import type { CustomerToken } from '../flows/ports.ts';

import { idempotencyKey } from '../klarna/client/idempotency.ts';
import { readCharge } from '../merchant/requests.ts';

import { type ChargeTokenDependencies, chargeTokenDependencies } from '../dependencies/charge-token.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { type Answer, http, json, Refusal } from './http/endpoint.ts';
import {
  answerOf,
  bodyOf,
  fingerprintOf,
  locationOf,
  requireIdempotencyKey,
  operationAnswer,
  klarnaRefusal,
  fieldRefusal,
  keyReused,
} from './http/merchant.ts';

type Event = APIGatewayProxyEventV2;

/** The customer tokens of the merchant: listed, shown, cancelled, charged. */
export const chargeToken = (house: ChargeTokenDependencies) =>
  http(house.journal, async (event: Event) => (doors[event.routeKey] ?? unknown)(house, event), 'merchant');

export const handler = await lambdaHandler(chargeTokenDependencies, chargeToken);

const doors: Record<string, (house: ChargeTokenDependencies, event: Event) => Promise<Answer>> = {
  'GET /customer-tokens': list,
  'GET /customer-tokens/{token}': show,
  'DELETE /customer-tokens/{token}': cancel,
  'POST /customer-tokens/{token}/payments': pay,
};

async function unknown(): Promise<never> {
  throw new Refusal(404, 'no such route');
}

async function list({ tokens }: ChargeTokenDependencies, { queryStringParameters }: Event) {
  const customer = queryStringParameters?.customer;
  if (!customer) throw new Refusal(400, 'customer: whose tokens?');
  return json(200, { customer_tokens: (await tokens.of(customer)).map(tokenView) });
}

/** As we keep it, with Klarna's own word on it: tokens end at Klarna without a callback. */
async function show(house: ChargeTokenDependencies, event: Event) {
  const token = await tokenOf(house, event);
  const klarna = house.klarna(token.account);
  const { status, payment_method_type } = await answerOf(klarna.readCustomerToken(await opened(house, token, 'show')));
  if (status === 'CANCELLED' && token.status !== status) await house.tokens.save({ ...token, status });
  return json(200, { ...tokenView(token), status: status ?? token.status, payment_method_type });
}

async function cancel(house: ChargeTokenDependencies, event: Event) {
  const token = await tokenOf(house, event);
  if (token.status !== 'CANCELLED') {
    const key = idempotencyKey(token.id, 'cancel');
    await answerOf(
      house.klarna(token.account).cancelCustomerToken({ token: await opened(house, token, 'cancel'), key }),
    );
    await house.tokens.save({ ...token, status: 'CANCELLED' });
  }
  return { statusCode: 204 };
}

async function pay(house: ChargeTokenDependencies, event: Event) {
  const key = requireIdempotencyKey(event);
  const token = await tokenOf(house, event);
  const body = bodyOf(event);
  const read = readCharge(body, token.country);
  if ('problems' in read) throw fieldRefusal(read.problems);
  const payment = named(token, key);
  const asked = { payment, token, request: read.charge, fingerprint: fingerprintOf(body) };
  return answerTo(house, await charge(house, asked));
}

function named({ id }: CustomerToken, key: string): PaymentId {
  const payment = paymentId(idempotencyKey('charge', id, key));
  if (!payment) throw new Error('a UUID is a payment id');
  return payment;
}

async function tokenOf({ tokens }: ChargeTokenDependencies, { pathParameters }: Event): Promise<CustomerToken> {
  const token = await tokens.find(pathParameters?.token ?? '');
  if (!token) throw new Refusal(404, 'customer token: unknown');
  return token;
}

const opened = ({ openCustomerToken }: ChargeTokenDependencies, { payment, sealed }: CustomerToken, purpose: 'show' | 'cancel') =>
  openCustomerToken({ payment, sealed, purpose });

/** Under our name for it; never the token itself. */
export const tokenView = ({ id, customer, payment, account, status, country, locale, createdAt }: CustomerToken) => ({
  customer_token: id,
  customer,
  payment,
  account,
  status,
  country,
  locale,
  created_at: createdAt,
});

function answerTo(house: ChargeTokenDependencies, charged: ChargeResult): Answer {
  if (charged.outcome === 'different') throw keyReused();
  const { payment, operation } = charged;
  const answer = { ...operationAnswer(payment, operation), status_url: house.statusUrl(payment.id) };
  const { result } = operation;
  const failed = result?.state === 'ERROR';
  house.journal({
    level: failed ? 'warn' : 'info',
    message: 'charge',
    fields: {
      payment: payment.id,
      outcome: charged.outcome,
      pspStatus: result?.pspStatus,
      correlation_id: operation.correlation_id,
    },
    metrics: { Operations: 1, ...(failed && { OperationsFailed: 1 }) },
  });
  const headers = { location: locationOf(payment.id) };
  if (charged.outcome === 'under_way' || !result) return json(202, answer, headers);
  if (!failed) return json(201, answer, headers);
  const { redirect_url } = charged;
  const tells = { ...answer, ...(redirect_url && { redirect_url, expires_at: payment.facts.expires_at }) };
  throw klarnaRefusal(charged.error, { operation, payment: payment.id, tells });
}
