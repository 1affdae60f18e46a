import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { lamp } from './product.ts';

const wish = z.object({
  quantity: z.int().check(z.gte(1), z.lte(3)),
  flow: z.enum(['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize']),
});

/**
 * What a shop's own backend does: the browser says what and how many, prices are the backend's, and only the backend asks the relay for
 * a payment (with IAM credentials where it is deployed).
 */
export const orderDoor = (base: string) => async (request: IncomingMessage, response: ServerResponse) => {
  const asked = wish.safeParse(json(await text(request)));
  if (!asked.success) return response.writeHead(400).end();
  const answer = await fetch(`${base}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(orderOf(base, asked.data)),
  });
  const { 'content-type': type } = Object.fromEntries(answer.headers);
  return response.writeHead(answer.status, { ...(type && { 'content-type': type }) }).end(await answer.text());
};

function orderOf(base: string, { quantity, flow }: z.infer<typeof wish>): object {
  const price = flow === 'tokenize' ? 0 : lamp.price; // an agreement for later costs nothing today
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
