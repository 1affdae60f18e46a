import * as z from 'zod';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { Accepted } from '../relay/gateway.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { missingIn } from './callback-content.ts';

/** Everything that the relay answered 2xx was saved before the answer and is still held at the end. It refuses no callback of Klarna's. */
export function accepted(world: World): BrokenPromise[] {
  const refused = world.api.refused.map(({ status, callback }) => ({
    promise: "Klarna's callbacks are not refused",
    payment: paymentOfCallback(callback),
    text: `a ${callback.kind} of ${paymentOfCallback(callback)} was answered ${status}`,
  }));
  const unsaved = world.api.unsaved.map(({ callback, missing }) => ({
    promise: 'a callback is saved before it is answered 2xx',
    payment: paymentOfCallback(callback),
    text: `${missing} of ${paymentOfCallback(callback)} was answered 200 and not saved`,
  }));
  return [...refused, ...unsaved, ...lost(world)];
}

function lost(world: World): BrokenPromise[] {
  const payments = new Map(world.payments().map((payment) => [String(payment.id), payment]));
  return world.api.accepted.flatMap((each) => {
    const id = 'callback' in each ? paymentOfCallback(each.callback) : each.request.payment;
    const payment = payments.get(id);
    const broken = (text: string) => [{ promise: 'nothing that was answered 2xx is lost', payment: id, text }];
    if (!payment) return broken(`${id} was accepted and does not exist`);
    const missing = 'callback' in each ? missingIn(payment, each.callback) : missingAnswer(payment, each);
    return missing ? broken(`${missing} of ${id} was accepted and is not held`) : [];
  });
}

/** The part of an answer to the merchant that the payment does not hold. */
function missingAnswer(
  payment: Payment,
  { request, answer }: Extract<Accepted, { request: unknown }>,
): string | undefined {
  if (request.function === 'createPayment')
    return payment.redirect_url === answer.body.redirect_url ? undefined : 'its page';
  if (request.function === 'readPayment') return undefined;
  const { id } = z.looseObject({ id: z.string() }).parse(answer.body.operation);
  return payment.operations.some((each) => each.id === id) ? undefined : `operation ${id}`;
}
