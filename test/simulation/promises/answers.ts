import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { answeringTime, orderIn } from './evidence.ts';

const hour = 3600_000;

/** Without any other trouble, callbacks and requests are answered, however many arrive at once and however large they are. */
export const answers = (world: World): BrokenPromise[] => [
  ...world.unanswered.map(({ callback, statuses }) => ({
    promise: "Klarna's callbacks are not answered 5xx for long",
    payment: paymentOfCallback(callback),
    text: `a ${callback.kind} of ${paymentOfCallback(callback)} was answered ${statuses.join(', ')}`,
  })),
  ...world.refusals.flatMap((refusal) => largeBasket(world, refusal)),
  ...looks(world),
];

/** The watch over orders would read them four hours after their last change, whatever a callback says. */
const soon = 3 * hour;

/** An order that a notification or push names is read soon, also when it says nothing new, unless Klarna cannot be asked. */
function looks(world: World): BrokenPromise[] {
  const { requests } = world.surroundings.klarna;
  return world.api.accepted.flatMap((each) => {
    if (!('callback' in each) || (each.callback.kind !== 'notification' && each.callback.kind !== 'push')) return [];
    const { callback, at } = each;
    const order = orderIn(callback);
    const payment = paymentOfCallback(callback);
    if (!isOwn(world, payment, order) || world.isExcused(payment)) return [];
    const isRead = requests.some((request) => request.id === order && request.at >= at && request.at < at + soon);
    if (isRead || answeringTime(world, ['read order'], { from: at, until: at + soon }) < soon) return [];
    const text = `a ${callback.kind} of ${payment} was accepted, and its order was not read after it`;
    return [{ promise: 'a callback that asks to look is followed by a look', payment, text }];
  });
}

const isOwn = ({ lives }: World, payment: string, order: string | undefined): boolean =>
  order !== undefined && lives.lives().some(({ id, payment: { facts } }) => id === payment && facts.order_id === order);

function largeBasket({ surroundings }: World, { payment, statuses }: World['refusals'][number]): BrokenPromise[] {
  const last = statuses.at(-1);
  const promise = 'a request is created or refused';
  if (last === 'none' || last === undefined || last >= 500)
    return [{ promise, payment, text: `the large basket of ${payment} was answered ${statuses.join(', ')}` }];
  const isCreated = surroundings.klarna.core.controls
    .sessions()
    .some((session) => JSON.stringify(session).includes(payment));
  if (last < 400 || !isCreated) return [];
  return [
    { promise, payment, text: `the large basket of ${payment} was answered ${last}, and Klarna has its session` },
  ];
}
