import * as z from 'zod';
import type { EmulatorState } from '../state.ts';

const body = z.looseObject({
  merchant_reference2: z.string().optional(),
  payment_session_url: z.string().optional(),
});

/** The merchant's name for the payment of a request, from its body or by the ids in its path and body. */
export function merchantReference(state: EmulatorState, request: { path: string; body: unknown }): string | undefined {
  const { merchant_reference2, payment_session_url = '' } = body.safeParse(request.body).data ?? {};
  if (merchant_reference2) return merchant_reference2;
  const ids = [...request.path.split('/'), payment_session_url.split('/').at(-1) ?? ''];
  return ids.map((id) => referenceOf(state, id)).find((reference) => reference !== undefined);
}

/** By the id of a hosted session, an authorization, a payment session or an order. */
function referenceOf({ hosted, authorizations, sessions, orders }: EmulatorState, id: string): string | undefined {
  const session = hosted.get(id)?.paymentSession ?? authorizations.get(id)?.paymentSession ?? id;
  const purchase = sessions.get(session)?.body ?? orders.get(id)?.purchase;
  const reference: unknown = purchase?.merchant_reference2;
  return typeof reference === 'string' ? reference : undefined;
}
