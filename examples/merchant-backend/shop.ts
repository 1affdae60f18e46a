import { setTimeout as pause } from 'node:timers/promises';
import type { RelayAnswer, RelayClient } from './relay-client.ts';

/** An order of the shop. A real shop keeps it in its database. */
export type Order = {
  number: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  lines: { name: string; price: number; quantity: number; amount: number }[];
  address: Record<'first_name' | 'last_name' | 'city' | 'postal_code' | 'country_code' | 'email', string> & {
    address_lines: string[];
  };
  /** Known after the check-out. */
  payment?: Payment;
};

type Payment = { id: string; redirectUrl: string; statusUrl: string };

/** What the shop asks the relay to do. Every idempotency key is the shop's own name for one thing. */
export const shop = (post: RelayClient) => ({
  /** Creates the payment of an order. A shopper who presses the button twice gets the same payment. */
  checkOut: async (order: Order, returnUrl: string): Promise<Payment> => {
    const { body } = await post({
      path: '/payments',
      body: paymentRequest(order, returnUrl),
      idempotencyKey: `order-${order.number}`,
    });
    return { id: String(body.payment), redirectUrl: String(body.redirect_url), statusUrl: String(body.status_url) };
  },

  /** Takes the money for one parcel. */
  capture: ({ id }: Payment, parcel: string, amount: number): Promise<RelayAnswer> =>
    post({
      path: `/payments/${id}/captures`,
      body: { amount, reference: parcel },
      idempotencyKey: `parcel-${parcel}`,
    }),

  /** Pays back what the shopper returned. */
  refund: ({ id }: Payment, goodsReturn: string, amount: number): Promise<RelayAnswer> =>
    post({
      path: `/payments/${id}/refunds`,
      body: { amount, reference: goodsReturn },
      idempotencyKey: `return-${goodsReturn}`,
    }),
});

/** Only `paid` and `failed` are decided; for the others the events report the decision later. */
export type PaymentStatus = 'open' | 'authorized' | 'pending' | 'paid' | 'failed';

/** Reads the status URL every second until the payment is decided, at most `times`. The URL needs no signature. */
export async function waitForDecision(statusUrl: string, times = 20): Promise<PaymentStatus> {
  const response = await fetch(statusUrl, { signal: AbortSignal.timeout(10_000) });
  const { status, decided } = (await response.json()) as { status: PaymentStatus; decided: boolean };
  if (decided || times <= 1) return status;
  await pause(1000);
  return waitForDecision(statusUrl, times - 1);
}

/** The body of POST /payments. docs/openapi.json describes every field. */
const paymentRequest = ({ number, amount, currency, lines, address }: Order, returnUrl: string) => ({
  flow: 'authorize', // Klarna places the order; the shop captures when it ships
  order: { redirection: returnUrl, reference: number, amount, currency_code: currency },
  customer: { billing_address: address },
  shipments: [{ item_lines: lines.map((line) => ({ ...line, tax_lines: [{ rate: 1900 }] })) }],
});
