import { callbackUrl } from '../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../lambdas/payment/payment-id.ts';
import type { StoryTarget } from '../stories/story.ts';
import { Misuse } from './misuse.ts';
import { regionIn, signedRequests } from './signed-requests.ts';

/** A deployment to play stories to: the key mints its callback URLs, AWS credentials sign the merchant's requests. */
export function deployedTarget({ base, key }: { base: string; key: string }): StoryTarget {
  return {
    url: base,
    mint: async (kind, name) => {
      const payment = paymentId(name);
      if (!payment) throw new Misuse(`payment: ${name} is not a payment id`);
      return callbackUrl({ base, kind, payment, key });
    },
    merchant: (method, path, { body, key: idempotency } = {}) =>
      signedRequests().send({
        url: `${base}${path}`,
        service: 'execute-api',
        region: regionIn(base),
        method,
        headers: { 'content-type': 'application/json', ...(idempotency && { 'idempotency-key': idempotency }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
  };
}
