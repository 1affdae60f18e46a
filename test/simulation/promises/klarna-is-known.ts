import type { EmulatedHostedSession } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { ordersOf } from '../klarna/orders.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { wasUnreadable } from './evidence.ts';
import { endsWithoutMoney, wasAuthorized } from './held.ts';
import { ordersAreKnown } from './orders-are-known.ts';

/**
 * At the end, every payment holds what Klarna shows of its session and its order, and has published it. Klarna's words are interpreted
 * here once more, without the product's tables.
 */
export const klarnaIsKnown = (world: World): BrokenPromise[] => [
  ...world.payments().flatMap((payment) => sessionIsKnown(world, payment)),
  ...ordersAreKnown(world),
];

const words = [
  'WAITING',
  'IN_PROGRESS',
  'BACK',
  'FAILED',
  'ERROR',
  'MANUAL_ID_CHECK',
  'TIMEOUT',
  'COMPLETED',
  'CANCELLED',
  'DISABLED',
  'NOT_FOUND',
];
const finalWords = ['COMPLETED', 'CANCELLED', 'DISABLED'];

function sessionIsKnown(world: World, payment: Payment): BrokenPromise[] {
  const sessions = world.surroundings.klarna.core.controls.sessions();
  const session = sessions.find(({ session_id }) => session_id === payment.facts.hpp_session_id);
  if (!session || wasUnreadable(world, session)) return [];
  if (endsWithoutMoney(payment) && wasAuthorized(payment)) return []; // its session may have gone on unread
  if (finalWords.includes(session.status)) return endIsKnown(payment, session);
  return ordersOf(world, payment.id).length > 0 ? [] : expiryIsKnown(payment, session);
}

const promise = "Klarna's session is known";

const publishedWords = ({ changes }: Payment): string[] =>
  changes
    .filter(({ observedVia }) => observedVia === 'status_update' || observedVia === 'session_read')
    .map(({ pspStatus }) => pspStatus)
    .filter((word) => words.includes(word));

function endIsKnown(payment: Payment, { status }: EmulatedHostedSession): BrokenPromise[] {
  const { id, session } = payment;
  const broken = (text: string) => [{ promise, payment: id, text }];
  if (session?.word !== status) return broken(`${id} holds ${session?.word}, Klarna ${status}`);
  return publishedWords(payment).includes(status) ? [] : broken(`${status} of ${id} was not published`);
}

/** A session without a final word has expired by now, and the payment with it. */
function expiryIsKnown(payment: Payment, { status, updated_at }: EmulatedHostedSession): BrokenPromise[] {
  const { id, session, stage } = payment;
  const broken = (text: string) => [{ promise, payment: id, text }];
  if (!endsWithoutMoney(payment) || session?.word !== 'NOT_FOUND')
    return broken(`the session of ${id} ended as ${status}, the payment is ${stage} after ${session?.word}`);
  const last = publishedWords(payment).findLast((word) => !['NOT_FOUND', 'TIMEOUT', 'WAITING'].includes(word));
  const expected = status === 'WAITING' ? undefined : status;
  return last === expected
    ? []
    : broken(`${id}: Klarna showed ${status} since ${updated_at}, the last published word is ${last}`);
}
