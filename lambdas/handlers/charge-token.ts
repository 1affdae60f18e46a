import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ChargeTokenDependencies, chargeTokenDependencies } from '../dependencies/charge-token.ts';
import { charge } from '../flows/charge.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import { parseCharge } from '../merchant/requests.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import { type PaymentId, paymentId } from '../payment/payment-id.ts';
import { endpoint, type HttpAnswer, json, Refusal } from './http/endpoint.ts';
import { answerOf, operationAnswer } from './http/merchant-answers.ts';
import {
  bodyOf,
  fieldRefusal,
  fingerprintOf,
  keyReused,
  requireIdempotencyKey,
  tooLarge,
} from './http/merchant-requests.ts';
import { tokenView } from './http/views.ts';
import { lambdaHandler } from './lambda-handler.ts';

type Event = APIGatewayProxyEventV2;

/** The customer tokens of the merchant: listed, shown, cancelled, charged. */
export const chargeToken = (dependencies: ChargeTokenDependencies) =>
  endpoint(dependencies.logger, 'merchant', async (event: Event) =>
    (routes[event.routeKey] ?? unknownRoute)(dependencies, event),
  );

export const handler = await lambdaHandler(chargeTokenDependencies, chargeToken);

const routes: Record<string, (dependencies: ChargeTokenDependencies, event: Event) => Promise<HttpAnswer>> = {
  'GET /customer-tokens': list,
  'GET /customer-tokens/{token}': show,
  'DELETE /customer-tokens/{token}': cancel,
  'POST /customer-tokens/{token}/payments': pay,
};

async function unknownRoute(): Promise<never> {
  throw new Refusal(404, 'no such route');
}

async function list({ tokens }: ChargeTokenDependencies, { queryStringParameters }: Event) {
  const customer = queryStringParameters?.customer;
  if (!customer) throw new Refusal(400, 'customer: is missing; it names the customer whose tokens are listed');
  return json(200, { customer_tokens: (await tokens.list(customer)).map(tokenView) });
}

/** The token as we keep it, with Klarna's current status: tokens end at Klarna without a callback. */
async function show(dependencies: ChargeTokenDependencies, event: Event) {
  const token = await tokenOf(dependencies, event);
  const klarna = dependencies.klarna(token.account);
  const opened = await open(dependencies, token, 'show');
  const { status, payment_method_type } = await answerOf(klarna.readCustomerToken(opened));
  if (status === 'CANCELLED' && token.status !== status) await dependencies.tokens.save({ ...token, status });
  return json(200, { ...tokenView(token), status: status ?? token.status, payment_method_type });
}

async function cancel(dependencies: ChargeTokenDependencies, event: Event) {
  const token = await tokenOf(dependencies, event);
  if (token.status !== 'CANCELLED') {
    const klarna = dependencies.klarna(token.account);
    const opened = await open(dependencies, token, 'cancel');
    await answerOf(klarna.cancelCustomerToken({ token: opened, key: idempotencyKey(token.id, 'cancel') }));
    await dependencies.tokens.save({ ...token, status: 'CANCELLED' });
  }
  return { statusCode: 204 };
}

async function pay(dependencies: ChargeTokenDependencies, event: Event) {
  const key = requireIdempotencyKey(event);
  const token = await tokenOf(dependencies, event);
  const body = bodyOf(event);
  const read = parseCharge(body, token.country);
  if ('problems' in read) throw fieldRefusal(read.problems);
  const command = {
    payment: chargePaymentId(token, key),
    token,
    request: read.charge,
    fingerprint: fingerprintOf(body),
  };
  const result = await charge(dependencies, command);
  if (result.outcome === 'different') throw keyReused();
  if (result.outcome === 'too large') throw tooLarge('shipments');
  const { payment } = result;
  const recovery = 'redirect_url' in result && {
    redirect_url: result.redirect_url,
    expires_at: payment.facts.expires_at,
  };
  return operationAnswer(dependencies.logger, {
    message: 'charge',
    result,
    details: { always: { status_url: dependencies.statusUrl(payment.id) }, ...(recovery && { failed: recovery }) },
  });
}

function chargePaymentId({ id }: CustomerToken, key: string): PaymentId {
  const payment = paymentId(idempotencyKey('charge', id, key));
  if (!payment) throw new Error('a UUID is a payment id');
  return payment;
}

async function tokenOf({ tokens }: ChargeTokenDependencies, { pathParameters }: Event): Promise<CustomerToken> {
  const token = await tokens.find(pathParameters?.token ?? '');
  if (!token) throw new Refusal(404, 'customer token: unknown');
  return token;
}

const open = (
  { openCustomerToken }: ChargeTokenDependencies,
  { payment, sealed }: CustomerToken,
  purpose: 'show' | 'cancel',
) => openCustomerToken({ payment, sealed, purpose });
