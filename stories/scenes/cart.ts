export type StoryFlow = 'capture' | 'authorize' | 'review' | 'tokenize' | 'buy_and_tokenize';

/** The body of POST /payments for two lamps at 50.00 EUR, without optional fields. Flow `tokenize` costs nothing. */
export function cart(flow: StoryFlow = 'authorize') {
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
