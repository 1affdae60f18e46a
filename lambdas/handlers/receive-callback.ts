import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ReceiveCallbackDependencies, receiveCallbackDependencies } from '../dependencies/receive-callback.ts';
import { type CallbackKind, isCallbackKind, isGenuine, passesWith } from '../klarna/inbound/callback-url.ts';
import { type Callback, readCallback } from '../klarna/inbound/callbacks.ts';
import { callbackEntry } from '../logging/callback-entry.ts';
import { withAuthorization } from '../payment/facts.ts';
import { type PaymentId, paymentId } from '../payment/payment-id.ts';
import { record } from '../payment/record.ts';
import { endpoint, Refusal } from './http/endpoint.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** POST /callbacks/{kind}/{payment}/{secret}: prove the URL, read the body, apply the report, save once, answer 200. */
export const receiveCallback = ({ keys, store, seal, logger, now }: ReceiveCallbackDependencies) =>
  endpoint(logger, 'klarna', async (event) => {
    const path = pathOf(event);
    const { kind, payment: id } = path;
    if (!(await passesWith(keys, (each) => isGenuine({ ...path, keys: each }))))
      throw new Refusal(401, 'not from Klarna', { kind, payment: id, metric: 'Forged' });
    const reading = readCallback(callbackIn(event, path, now()));
    const { token, report: unsealed } = reading;
    const sealed = token === undefined ? undefined : await seal({ payment: id, token, at: unsealed.at });
    const report = withAuthorization(unsealed, sealed);
    const [payment, outcome] = await record(store, id, report);
    logger(callbackEntry({ reading: { ...reading, report }, payment, outcome, savedAt: now() }));
    return { statusCode: 200 };
  });

export const handler = await lambdaHandler(receiveCallbackDependencies, receiveCallback);

type CallbackPath = { kind: CallbackKind; payment: PaymentId; secret: string };

function pathOf({ pathParameters }: APIGatewayProxyEventV2): CallbackPath {
  const { kind = '', payment: name = '', secret = '' } = pathParameters ?? {};
  const payment = paymentId(name);
  if (!isCallbackKind(kind)) throw new Refusal(404, 'kind: no such callback');
  if (!payment) throw new Refusal(404, 'payment: not a payment id');
  return { kind, payment, secret };
}

/** Klarna's bodies are a few hundred bytes; 64 KB is a mistake or an attack. */
const maxBody = 64 * 1024;

function callbackIn(event: APIGatewayProxyEventV2, { kind, payment }: CallbackPath, now: Date): Callback {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > maxBody) throw new Refusal(413, 'body over 64 KB', { kind, payment, metric: 'Oversized' });
  const order = event.queryStringParameters?.order;
  return { kind, body, query: order ? { order } : {}, observedAt: now.toISOString() };
}
