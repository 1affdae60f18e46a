import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

/** Without any other trouble, callbacks and requests are answered, however many arrive at once and however large they are. */
export const answers = (world: World): BrokenPromise[] => [
  ...world.unanswered.map(({ callback, statuses }) => ({
    promise: "Klarna's callbacks are not answered 5xx for long",
    payment: paymentOfCallback(callback),
    text: `a ${callback.kind} of ${paymentOfCallback(callback)} was answered ${statuses.join(', ')}`,
  })),
  ...world.refusals.flatMap((refusal) => largeBasket(world, refusal)),
];

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
