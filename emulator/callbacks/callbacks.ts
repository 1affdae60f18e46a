import { randomUUID } from 'node:crypto';
import { hostedDocument } from '../api/hosted-page/hosted-document.ts';
import type { EmulatedAuthorization, EmulatedHostedSession, EmulatedOrder, EmulatorState } from '../state.ts';
import type { CallbackAttempt } from './outgoing-callback.ts';
import { fillHostedPageUrl, fillOrderUrl } from './placeholders.ts';
import { callbackSender } from './sender.ts';
import type { CallbackTransport } from './transport.ts';

/** Klarna's four callbacks, each with its URL and body, and the sender behind them. */
export function klarnaCallbacks({
  state,
  transport,
  log,
}: {
  state: EmulatorState;
  transport: CallbackTransport;
  log: (attempt: CallbackAttempt) => void;
}) {
  const { send, ...sender } = callbackSender({ now: state.now, transport, log });
  return {
    ...sender,
    statusUpdate: (session: EmulatedHostedSession, status = session.status) =>
      send({
        kind: 'status_update',
        session: session.session_id,
        url: fillHostedPageUrl(session.merchant_urls.status_update ?? '', { session_id: session.session_id }),
        body: { event_id: randomUUID(), session: { ...hostedDocument(session), status } },
      }),
    authorization: ({ token, paymentSession }: EmulatedAuthorization, hosted?: string) =>
      send({
        kind: 'authorization',
        session: hosted,
        url: state.sessions.get(paymentSession)?.body.merchant_urls?.authorization ?? '',
        body: { authorization_token: token, session_id: paymentSession },
      }),
    notification: (order: EmulatedOrder, event_type: string) =>
      send({
        kind: 'notification',
        session: hostedSessionOf(state, order)?.session_id,
        url: fillOrderUrl(order.purchase.merchant_urls?.notification ?? '', order.order_id),
        body: { order_id: order.order_id, event_type },
      }),
    push: (order: EmulatedOrder, hosted?: string) =>
      send({
        kind: 'push',
        session: hosted,
        url: fillOrderUrl(order.purchase.merchant_urls?.push ?? '', order.order_id),
      }),
  };
}

export type KlarnaCallbacks = ReturnType<typeof klarnaCallbacks>;

const hostedSessionOf = ({ hosted }: EmulatorState, { order_id }: EmulatedOrder) =>
  [...hosted.values()].find((session) => session.order_id === order_id);
