import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { knownOrders, rememberedTokens } from './held.ts';

const content = z.looseObject({
  authorization_token: z.string().optional(),
  order_id: z.string().optional(),
  session: z
    .looseObject({ status: z.string(), updated_at: z.string().optional(), authorization_token: z.string().optional() })
    .optional(),
});

/** The first part of a callback that the payment does not hold; undefined when it holds everything. */
export function missingIn(payment: Payment, { kind, url, body = {} }: OutgoingCallback): string | undefined {
  const { session, order_id, authorization_token } = content.parse(body);
  const token = authorization_token ?? session?.authorization_token;
  if (token && !holdsToken(payment, token)) return 'a token';
  if (session && !holdsWord(payment, session)) return session.status;
  const order = kind === 'push' ? new URL(url).searchParams.get('order') : order_id;
  return order && !knownOrders(payment).has(order) ? `order ${order}` : undefined;
}

const holdsToken = ({ facts }: Payment, token: string) => {
  const fingerprint = createHash('sha256').update(token).digest('base64url').slice(0, 22);
  const { authorizations = [] } = facts;
  return authorizations.length >= rememberedTokens || authorizations.some((each) => each.fingerprint === fingerprint);
};

/**
 * A later word or a final one supersedes a word, and a word of another order is kept as a conflict. Without a time it is
 * only a reason to read.
 */
const holdsWord = (
  { session, conflicts }: Payment,
  { status, updated_at }: { status: string; updated_at?: string | undefined },
) =>
  updated_at === undefined ||
  conflicts.some(({ statement }) => statement?.about === 'session' && statement.pspStatus === status) ||
  (session !== undefined && (session.final || session.word === status || session.at >= updated_at));
