import type { Operation } from '../../../lambdas/payment/operation.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { toldReasons } from './held.ts';

const hour = 3600_000;

/** Nothing counts as refused that Klarna did not refuse, no request is senseless, and what was told is told once. */
export const refusals = (world: World): BrokenPromise[] => [
  ...world
    .payments()
    .flatMap((payment) => [
      ...payment.operations.flatMap((operation) => isAnswered(payment, operation)),
      ...refusedSessionEnds(payment),
      ...onePage(payment),
      ...newsAfterEnd(payment),
      ...warnedOnce(world, payment),
    ]),
  ...noEmptyAmounts(world),
  ...nothingLostForNothing(world),
];

const onOrders = ['capture', 'refund', 'cancellation', 'release', 'extension'];

/** A result is unknown only after Klarna may have forgotten the key: before that it is asked again. */
function isAnswered({ id }: Payment, { kind, result, askedAt }: Operation): BrokenPromise[] {
  if (!onOrders.includes(kind) || result?.pspStatus !== 'UNKNOWN_RESPONSE') return [];
  const age = Date.parse(result.at) - Date.parse(askedAt);
  return age >= 22 * hour
    ? []
    : [{ promise: 'only Klarna refuses', payment: id, text: `${kind} of ${id} failed without a word of Klarna's` }];
}

/** A payment whose session Klarna refused has ended, and rings no alarm. */
function refusedSessionEnds(payment: Payment): BrokenPromise[] {
  const { id, stage, operations, redirect_url } = payment;
  const isRefused = operations.some(({ kind, result }) => kind === 'session' && result?.state === 'ERROR');
  if (!isRefused || redirect_url || (stage === 'rejected' && !toldReasons(payment).includes('stuck'))) return [];
  if (stage === 'expired') return []; // the creation was abandoned, not refused
  return [
    {
      promise: 'a refused session ends the payment',
      payment: id,
      text: `${id} is ${stage} after its session was refused`,
    },
  ];
}

/** The session that is read is that of the page that the shopper sees. */
function onePage({ id, redirect_url, facts }: Payment): BrokenPromise[] {
  if (!redirect_url || !facts.hpp_session_id || redirect_url.endsWith(facts.hpp_session_id)) return [];
  return [{ promise: 'the session of the page is read', payment: id, text: `${id} shows another page than it reads` }];
}

const ends = ['cancelled', 'rejected', 'expired', 'disabled'];

/** After an end, an order is news only when it moves the payment or turns to REJECTED. */
function newsAfterEnd({ id, changes }: Payment): BrokenPromise[] {
  return changes
    .filter(
      ({ stage: { from, to }, operation, attention }) => from === to && ends.includes(to) && !operation && !attention,
    )
    .filter(({ observedVia, pspStatus }) => observedVia === 'order_read' && pspStatus !== 'REJECTED')
    .map(({ pspStatus, stage }) => ({
      promise: 'an end is told once',
      payment: id,
      text: `${pspStatus} of ${id} was told as news while it was ${stage.to}`,
    }));
}

/** An authorization is warned of once at most. */
function warnedOnce({ surroundings }: World, payment: Payment): BrokenPromise[] {
  const { id, facts } = payment;
  const { controls, state } = surroundings.klarna.core;
  const session = state.hosted.get(facts.hpp_session_id ?? '')?.paymentSession;
  const granted = controls.authorizations().filter(({ paymentSession }) => paymentSession === session).length;
  const warned = toldReasons(payment).filter((reason) => reason === 'authorization_expiring').length;
  if (!session || warned <= granted) return [];
  return [
    {
      promise: 'what waits for a human says so once',
      payment: id,
      text: `${id} warned ${warned} times of ${granted} authorizations`,
    },
  ];
}

function noEmptyAmounts({ surroundings }: World): BrokenPromise[] {
  const empty = surroundings.klarna.requests.filter(
    ({ body, left }) =>
      (body.captured_amount === 0 && left.toCapture > 0) || (body.refunded_amount === 0 && left.toRefund > 0),
  );
  return [...new Set(empty.map(({ payment }) => payment))].map((payment) => ({
    promise: 'no amount is requested that nobody intended',
    payment,
    text: `0 was requested for ${payment}, although something was left`,
  }));
}

/** Equal callbacks at once are no reason to refuse one. */
const nothingLostForNothing = ({ surroundings }: World): BrokenPromise[] =>
  surroundings.klarna.lostForNothing.map(({ callback, status }) => ({
    promise: 'callbacks at once are not refused',
    payment: paymentOfCallback(callback),
    text: `a ${callback.kind} of ${paymentOfCallback(callback)} was answered ${status} although nothing failed`,
  }));
