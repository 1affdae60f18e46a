import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { done } from './cells.ts';
import { localOf, paymentOn, type Scene, type Stage } from './story.ts';

type Flow = 'capture' | 'authorize' | 'review' | 'tokenize' | 'buy_and_tokenize';

/** As a shop's backend asks for it; docs/openapi.json has the rest of the fields. An information request charges nothing. */
export function cart(flow: Flow = 'authorize') {
  const price = flow === 'tokenize' ? 0 : 5000;
  const lamp = { name: 'Lamp', price, quantity: 2, amount: 2 * price, tax_lines: [{ rate: 1900 }] };
  return {
    flow,
    order: {
      redirection: 'https://shop.example/return',
      reference: 'cart-1001',
      amount: 2 * price,
      currency_code: 'EUR',
    },
    customer: { reference: 'customer-7', billing_address: { country_code: 'DE' } },
    shipments: [{ item_lines: [lamp] }],
  };
}

const told = z.object({
  payment: z.optional(z.string()),
  redirect_url: z.optional(z.string()),
  references: z.optional(z.object({ order_id: z.optional(z.string()), customer_token_id: z.optional(z.string()) })),
});

/** A payment of 100.00 EUR, and its session at Klarna. */
export const creates = (flow: Flow = 'authorize'): Scene => ({
  who: 'merchant',
  tells: flow === 'tokenize' ? 'asks to keep a token' : `creates a payment of 100.00 EUR, flow ${flow}`,
  does: async (stage) => {
    const asked = { body: cart(flow), key: randomUUID() };
    return follows(stage, await stage.target.merchant('POST', '/payments', asked));
  },
  answer: 201,
  publishes: [done(1, 'CREATE', 'session, created')],
});

/** From here on the story is about the payment that this answer names. */
async function follows(stage: Stage, response: Response): Promise<number> {
  const { payment, redirect_url } = told.parse(await response.json());
  if (payment) stage.payments.push(payment);
  if (redirect_url) stage.hpp = redirect_url.split('/').at(-1) ?? '';
  return response.status;
}

type Asks = { route: 'captures' | 'refunds' | 'cancellation' | 'release' | 'extension'; body?: object; key?: string };

/** An operation; without a key it is a wish of its own. */
export const asks = (tells: string, { route, body = {}, key }: Asks, [answer, ...publishes]: Ends): Scene => ({
  who: 'merchant',
  tells,
  does: async (stage) => {
    const path = `/payments/${paymentOn(stage)}/${route}`;
    const response = await stage.target.merchant('POST', path, { body, key: key ?? randomUUID() });
    await response.arrayBuffer();
    return response.status;
  },
  answer,
  publishes,
});

/** The status of an answer, then the changes. */
type Ends = [answer: number, ...publishes: string[][]];

const reads = async (stage: Stage) => {
  const response = await stage.target.merchant('GET', `/payments/${paymentOn(stage)}`);
  return told.parse(await response.json()).references ?? {};
};

/** The Klarna order of the payment. */
export const orderOf = async (stage: Stage): Promise<string> => (await reads(stage)).order_id ?? '';

/** Charges the customer token of the payment before, in a payment of its own. */
export const charges = (initiator: 'customer' | 'merchant', [answer, ...publishes]: Ends): Scene => ({
  who: 'merchant',
  tells: `charges the token: 100.00 EUR, initiated by the ${initiator}`,
  does: async (stage) => {
    stage.customerToken ||= (await reads(stage)).customer_token_id ?? '';
    const { order, shipments } = cart();
    const asked = { body: { initiator, order, shipments }, key: randomUUID() };
    const path = `/customer-tokens/${stage.customerToken}/payments`;
    return follows(stage, await stage.target.merchant('POST', path, asked));
  },
  answer,
  publishes,
});

/** Closes the session at Klarna, as a shop does whose shopper has left. */
export const disables = (publishes: string[][]): Scene => ({
  who: 'merchant',
  tells: 'disables the session at Klarna',
  does: async (stage) => {
    const authorization = `Basic ${Buffer.from('any:body').toString('base64')}`;
    const url = `${localOf(stage).klarnaUrl}/hpp/v1/sessions/${stage.hpp}`;
    return (await fetch(url, { method: 'DELETE', headers: { authorization } })).status;
  },
  answer: 204,
  publishes,
});
