import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { type DeliverCallback, paymentOfCallback } from '../klarna/simulated-klarna.ts';
import { missingIn } from '../promises/callback-content.ts';
import { callbackEvent, type MerchantRequest, merchantEvent } from './api-events.ts';
import type { SimulatedFunctions } from './functions.ts';

/** How long an HTTP API waits for a function, milliseconds. */
const apiTimeout = 30_000;

export type AnswerBody = Record<string, unknown>;
export type MerchantAnswer = { status: number; body: AnswerBody };

/** A callback or a request of the merchant that the relay answered 2xx. It must not be lost, even if the answer was. */
export type Accepted =
  | { callback: OutgoingCallback; at: number }
  | { request: MerchantRequest; answer: MerchantAnswer };

type Connections = {
  functions: () => SimulatedFunctions;
  keepText: (text: string) => void;
  /** The payment as it is stored now. */
  payment: (id: string) => Payment | undefined;
};

/** The API in front of the functions, and the networks that lead to it. */
export function gateway({ clock, faults }: RunContext, { functions, keepText, payment: stored }: Connections) {
  const accepted: Accepted[] = [];
  const unsaved: { callback: OutgoingCallback; missing: string }[] = [];
  const refused: { status: number; callback: OutgoingCallback }[] = [];

  const receive = async (callback: OutgoingCallback, payment: string): Promise<number> => {
    const at = clock.now();
    const { statusCode: status = 200 } = await functions()
      .receiveCallback(callbackEvent(callback), payment)
      .catch(() => ({ statusCode: 502 }));
    if (status === 200) accept({ callback, at }, stored(payment));
    if (status >= 400 && status < 500) refused.push({ status, callback });
    return status;
  };
  const accept = ({ callback, at }: { callback: OutgoingCallback; at: number }, payment: Payment | undefined) => {
    accepted.push({ callback, at });
    const missing = payment ? missingIn(payment, callback) : 'everything';
    if (missing) unsaved.push({ callback, missing });
  };
  const deliverCallback: DeliverCallback = async (callback, timeout) => {
    const payment = paymentOfCallback(callback);
    if (faults.isDown('receiver down')) return 503;
    if (faults.strikes('callback attempt lost', callback.kind, payment)) return noAnswer(timeout);
    const status = await Promise.race([receive(callback, payment), noAnswer(timeout)]);
    return faults.strikes('answer to a callback lost', callback.kind, payment) ? 'none' : status;
  };
  const noAnswer = async (timeout: number) => {
    await clock.sleep(timeout);
    return 'none' as const;
  };

  const answerTo = async (request: MerchantRequest): Promise<MerchantAnswer> => {
    const late = clock.sleep(apiTimeout).then(() => ({ statusCode: 503, body: '' }));
    const died = () => ({ statusCode: 502, body: '' });
    const invoked = functions()[request.function](merchantEvent(request), request.payment);
    const { statusCode: status = 200, body: text = '' } = await Promise.race([invoked.catch(died), late]);
    keepText(text);
    const body: AnswerBody = text ? JSON.parse(text) : {};
    const answer = { status, body };
    if (status < 300) accepted.push({ request, answer });
    return answer;
  };
  /** Sends a request of the merchant's backend; `none` when the request or its answer was lost. */
  const send = async (request: MerchantRequest): Promise<MerchantAnswer | 'none'> => {
    const { routeKey, payment } = request;
    if (faults.strikes('request of the merchant lost', routeKey, payment)) return noAnswer(1000);
    const answer = await answerTo(request);
    return faults.strikes('answer to the merchant lost', routeKey, payment) ? noAnswer(1000) : answer;
  };
  return {
    accepted,
    /** Callbacks that were answered 200 before everything in them was saved, and the first missing part. */
    unsaved,
    /** Klarna's callbacks that were answered 4xx. */
    refused,
    deliverCallback,
    send,
  };
}

export type Gateway = ReturnType<typeof gateway>;
