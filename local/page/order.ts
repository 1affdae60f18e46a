import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { lamp } from './product.ts';

const basket = z.object({
  quantity: z.int().check(z.gte(1), z.lte(3)),
  flow: z.enum(['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize']),
});

/**
 * Plays the shop's backend: the browser says what to buy and how many, the backend sets the prices, and only the
 * backend creates the payment at the relay (with IAM credentials on AWS).
 */
export const shopBackend = (base: string) => async (request: IncomingMessage, response: ServerResponse) => {
  const order = basket.safeParse(json(await text(request)));
  if (!order.success) return response.writeHead(400).end();
  const answer = await fetch(`${base}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(paymentRequest(base, order.data)),
  });
  const { 'content-type': type } = Object.fromEntries(answer.headers);
  return response.writeHead(answer.status, { ...(type && { 'content-type': type }) }).end(await answer.text());
};

function paymentRequest(base: string, { quantity, flow }: z.infer<typeof basket>): object {
  const price = flow === 'tokenize' ? 0 : lamp.price; // only agrees to later charges
  const amount = price * quantity;
  return {
    flow,
    locale: 'en-DE',
    order: { redirection: `${base}/shop/return`, reference: lamp.reference, amount, currency_code: lamp.currency },
    customer: { billing_address: { country_code: 'DE' } },
    shipments: [{ item_lines: [{ name: lamp.name, price, quantity, amount, tax_lines: [{ rate: 1900 }] }] }],
  };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
