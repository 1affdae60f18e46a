import type { EmulatedAuthorization } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { EndpointName } from '../klarna/network/endpoints.ts';
import { ordersOf } from '../klarna/orders.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { answeringTime } from './evidence.ts';

const minute = 60_000;

/** No sale is lost whose authorization could have been used in time, and each authorization gives its customer token first. */
export const sales = (world: World): BrokenPromise[] =>
  world
    .payments()
    .flatMap((payment) => [
      ...tokenUsed(world, payment),
      ...tokenBeforeOrder(world, payment),
      ...unusedEnds(world, payment),
    ]);

const usesToken = ({ request }: Payment) => ['tokenize', 'buy_and_tokenize', 'charge'].includes(request?.flow ?? '');

/** A token that was saved is used, if Klarna took it for long enough of its last 40 minutes. */
function tokenUsed(world: World, payment: Payment): BrokenPromise[] {
  const { request, facts, id } = payment;
  const token = world.firstTokens.get(id);
  if (!token || !usesToken(payment) || isExcused(world, payment)) return [];
  if (request?.flow === 'tokenize' ? facts.customer_token_id : facts.order_id) return [];
  const endpoints: EndpointName[] = request?.flow === 'tokenize' ? ['create customer token'] : ['place order'];
  const { expiresAt: until, savedAt } = token;
  const from = Math.max(savedAt, until - 40 * minute);
  const quiet = answeringTime(world, endpoints, { from: Math.max(from, world.troubleEndedAt()), until });
  const all = answeringTime(world, endpoints, { from, until });
  if (quiet < 15 * minute && all < 35 * minute) return [];
  return [
    {
      promise: 'a token is used in time',
      payment: id,
      text: `the token of ${id} expired unused, it is ${payment.stage}`,
    },
  ];
}

/** Klarna itself refused the authorization, or the shopper or the merchant ended the session. */
function isExcused(world: World, payment: Payment): boolean {
  const { session, facts } = payment;
  const shown = world.surroundings.klarna.core.state.hosted.get(facts.hpp_session_id ?? '')?.status;
  if ([session?.word, shown].some((word) => word === 'CANCELLED' || word === 'DISABLED')) return true;
  const refused = authorizationsOf(world, payment).some(
    ({ fraud, outcome }) => fraud === 'REJECTED' || outcome?.problem,
  );
  const wasRefused = payment.operations.some(
    ({ kind, result }) => kind === 'customer_token' && result?.pspStatus === 'NOT_ALLOWED', // only Klarna's own word
  );
  return refused || (payment.request?.flow === 'tokenize' && wasRefused);
}

function authorizationsOf({ surroundings }: World, { facts }: Payment): EmulatedAuthorization[] {
  const { controls, state } = surroundings.klarna.core;
  const session = state.hosted.get(facts.hpp_session_id ?? '')?.paymentSession;
  return controls.authorizations().filter(({ paymentSession }) => paymentSession === session);
}

/** Where a customer token was bought too, it was requested from the authorization that the order is made of. */
function tokenBeforeOrder(world: World, payment: Payment): BrokenPromise[] {
  const { id, request, facts } = payment;
  if (request?.flow !== 'buy_and_tokenize' || facts.customer_token_id) return [];
  const ordered = authorizationsOf(world, payment).filter(({ outcome }) => outcome?.answer);
  const { requests } = world.surroundings.klarna;
  return ordered
    .filter(({ token }) => !requests.some((each) => each.endpoint === 'create customer token' && each.id === token))
    .map(() => ({
      promise: 'each authorization is asked for its customer token',
      payment: id,
      text: `the order of ${id} used up an authorization whose customer token was never requested`,
    }));
}

/** An authorization that ran out unused ends the payment. Where the shop's own backend uses it, a human is told. */
function unusedEnds(world: World, payment: Payment): BrokenPromise[] {
  const { id, stage, request, facts, changes } = payment;
  if (stage !== 'authorized' || ordersOf(world, id).length > 0) return [];
  if (request?.flow === 'tokenize' && facts.customer_token_id) return [];
  if (!request && changes.some(({ attention }) => attention)) return [];
  return [
    { promise: 'an authorization that ran out ends the payment', payment: id, text: `${id} stays ${stage} for good` },
  ];
}
