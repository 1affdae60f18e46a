import { type ReadPaymentDependencies, readPaymentDependencies } from '../dependencies/read-payment.ts';
import { mayReadStatus, passesWith } from '../klarna/inbound/callback-url.ts';
import { endpoint, json, Refusal } from './http/endpoint.ts';
import { paymentOf } from './http/merchant-requests.ts';
import { paymentView, statusView } from './http/views.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** GET /payments/{payment} for the merchant, GET /status/{payment}/{secret} for a shopper's return page. */
export const readPayment = (dependencies: ReadPaymentDependencies) => {
  const [forMerchant, forShopper] = [showPayment(dependencies), showStatus(dependencies)];
  return (...request: Parameters<typeof forMerchant>) =>
    (request[0].pathParameters?.secret === undefined ? forMerchant : forShopper)(...request);
};

const showPayment = ({ find, logger }: ReadPaymentDependencies) =>
  endpoint(logger, 'merchant', async (event) => {
    const id = paymentOf(event);
    const payment = await find(id);
    if (!payment) throw new Refusal(404, 'payment: unknown', { payment: id });
    return json(200, paymentView(payment), { 'cache-control': 'no-store' });
  });

/**
 * Return pages ask every second or two; a cache may answer most of these requests. A page of any origin may read it.
 */
const statusHeaders = { 'cache-control': 'public, max-age=2', 'access-control-allow-origin': '*' };

const showStatus = ({ find, keys, logger }: ReadPaymentDependencies) =>
  endpoint(logger, 'shopper', async (event) => {
    const payment = paymentOf(event);
    const secret = event.pathParameters?.secret ?? '';
    if (!(await passesWith(keys, (each) => mayReadStatus({ payment, secret, keys: each }))))
      throw new Refusal(401, 'not a status URL of ours', { kind: 'status', payment });
    const found = await find(payment);
    if (!found) throw new Refusal(404, 'payment: unknown', { payment });
    return json(200, statusView(found), statusHeaders);
  });

export const handler = await lambdaHandler(readPaymentDependencies, readPayment);
