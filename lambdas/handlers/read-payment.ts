import type { PaymentId } from '../payment/payment-id.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { paymentView, statusView } from './http/views.ts';
import { mayReadStatus } from '../klarna/inbound/callback-url.ts';

import { lambdaHandler } from './lambda-handler.ts';
import { http, json, Refusal } from './http/endpoint.ts';
import { paymentOf } from './http/merchant.ts';
import { type ReadPaymentDependencies, readPaymentDependencies } from '../dependencies/read-payment.ts';

/** GET /payments/{payment} for the merchant, GET /status/{payment}/{secret} for a shopper's return page. */
export const readPayment = (house: ReadPaymentDependencies) =>
  http(house.journal, async (event: APIGatewayProxyEventV2) => {
    const id = paymentOf(event);
    const secret = event.pathParameters?.secret;
    if (secret !== undefined) return status(house, id, secret);
    const payment = await house.find(id);
    if (!payment) throw new Refusal(404, 'payment: unknown', { payment: id });
    return json(200, paymentView(payment), { 'cache-control': 'no-store' });
  });

export const handler = await lambdaHandler(readPaymentDependencies, readPayment);

/** Pages ask every second or two; a cache in between may answer most of them. Any page of any shop may read it. */
const headers = { 'cache-control': 'public, max-age=2', 'access-control-allow-origin': '*' };

async function status({ find, keys }: ReadPaymentDependencies, payment: PaymentId, secret: string) {
  const claim = { payment, secret };
  if (!mayReadStatus({ ...claim, keys: keys.held() })) {
    const renewed = await keys.renewed();
    if (!renewed || !mayReadStatus({ ...claim, keys: renewed }))
      throw new Refusal(401, 'not a status URL of ours', { kind: 'status', payment });
  }
  const found = await find(payment);
  if (!found) throw new Refusal(404, 'payment: unknown', { payment });
  return json(200, statusView(found), headers);
}
