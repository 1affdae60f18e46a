import * as z from 'zod';
import type { State } from './state.ts';

const named = z.looseObject({
  merchant_reference2: z.string().optional(),
  payment_session_url: z.string().optional(),
});

/** The merchant's name for the payment that a request is about, by its body or by what its path names. */
export function referenceOf(state: State, asked: { path: string; body: unknown }): string | undefined {
  const { merchant_reference2, payment_session_url = '' } = named.safeParse(asked.body).data ?? {};
  if (merchant_reference2) return merchant_reference2;
  const ids = [...asked.path.split('/'), payment_session_url.split('/').at(-1) ?? ''];
  return ids.map((id) => known(state, id)).find((reference) => reference !== undefined);
}

function known({ hosted, authorizations, sessions, orders }: State, id: string): string | undefined {
  const session = hosted.get(id)?.paymentSession ?? authorizations.get(id)?.paymentSession ?? id;
  const body = sessions.get(session)?.body ?? orders.get(id)?.purchase;
  const reference: unknown = body?.merchant_reference2;
  return typeof reference === 'string' ? reference : undefined;
}
