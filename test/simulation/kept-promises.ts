import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { OutgoingCallback } from '../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Accepted } from './gateway.ts';
import { paymentOf } from './klarna.ts';
import type { Broken } from './story.ts';
import type { World } from './world.ts';

/** Whatever was answered 2xx is still known at the end. */
export function accepted(world: World): Broken[] {
  const payments = new Map(world.payments().map((payment) => [String(payment.id), payment]));
  const refused = world.api.refused.map(({ status, letter }) => ({
    invariant: "Klarna's callbacks are Klarna's",
    payment: paymentOf(letter),
    says: `a ${letter.kind} of ${paymentOf(letter)} was answered ${status}`,
  }));
  const forgotten = world.api.forgotten.map(({ letter, missing }) => ({
    invariant: 'what was answered 2xx is kept before',
    payment: paymentOf(letter),
    says: `${missing} of ${paymentOf(letter)} was answered 200 and not kept`,
  }));
  const lost = world.api.accepted.flatMap((each) => {
    const id = 'letter' in each ? paymentOf(each.letter) : each.asked.payment;
    const payment = payments.get(id ?? '');
    const broken = (says: string) => [{ invariant: 'what was answered 2xx is not lost', payment: id, says }];
    if (!payment) return broken(`${id} was accepted and is not there`);
    const missing = 'letter' in each ? missingOf(payment, each.letter) : missingAnswer(payment, each);
    return missing ? broken(`${missing} of ${id} was accepted and is not held`) : [];
  });
  return [...refused, ...forgotten, ...lost];
}

const body = z.looseObject({
  authorization_token: z.string().optional(),
  order_id: z.string().optional(),
  session: z
    .looseObject({ status: z.string(), updated_at: z.string(), authorization_token: z.string().optional() })
    .optional(),
});

/** What a callback told and the payment does not know. */
export function missingOf(payment: Payment, { kind, url, body: told }: OutgoingCallback): string | undefined {
  const said = body.parse(told ?? {});
  const token = said.authorization_token ?? said.session?.authorization_token;
  if (token && !knowsToken(payment, token)) return 'a token';
  if (said.session && !knowsWord(payment, said.session)) return said.session.status;
  const order = kind === 'push' ? new URL(url).searchParams.get('order') : said.order_id;
  const known = payment.facts.order_id ?? payment.hintedOrder?.order_id;
  return order && known !== order ? `order ${order}` : undefined;
}

const knowsToken = ({ facts }: Payment, token: string) => {
  const fingerprint = createHash('sha256').update(JSON.stringify(token)).digest('base64url').slice(0, 22);
  return facts.authorizations?.some((each) => each.fingerprint === fingerprint) ?? false;
};

const knowsWord = ({ session }: Payment, { status, updated_at }: { status: string; updated_at: string }) =>
  session !== undefined && (session.final || session.word === status || session.at >= updated_at);

function missingAnswer(payment: Payment, { asked, told }: Extract<Accepted, { asked: unknown }>): string | undefined {
  if (asked.door === 'create') return payment.redirect_url === told.redirect_url ? undefined : 'its page';
  if (asked.door === 'read') return undefined;
  const { id } = z.looseObject({ id: z.string() }).parse(told.operation);
  return payment.operations.some((each) => each.id === id) ? undefined : `operation ${id}`;
}
