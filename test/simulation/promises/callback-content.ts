import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';

const content = z.looseObject({
  authorization_token: z.string().optional(),
  order_id: z.string().optional(),
  session: z
    .looseObject({ status: z.string(), updated_at: z.string(), authorization_token: z.string().optional() })
    .optional(),
});

/** The first part of a callback that the payment does not hold; undefined when it holds everything. */
export function missingIn(payment: Payment, { kind, url, body = {} }: OutgoingCallback): string | undefined {
  const { session, order_id, authorization_token } = content.parse(body);
  const token = authorization_token ?? session?.authorization_token;
  if (token && !holdsToken(payment, token)) return 'a token';
  if (session && !holdsWord(payment, session)) return session.status;
  const order = kind === 'push' ? new URL(url).searchParams.get('order') : order_id;
  const known = [payment.facts.order_id, ...payment.hintedOrders.map(({ order_id }) => order_id)];
  return order && !known.includes(order) ? `order ${order}` : undefined;
}

const holdsToken = ({ facts }: Payment, token: string) => {
  const fingerprint = createHash('sha256').update(token).digest('base64url').slice(0, 22);
  return facts.authorizations?.some((each) => each.fingerprint === fingerprint) ?? false;
};

/** A later word or a final one supersedes a word. */
const holdsWord = ({ session }: Payment, { status, updated_at }: { status: string; updated_at: string }) =>
  session !== undefined && (session.final || session.word === status || session.at >= updated_at);
