/** At least one example for each request; a test compares each with its schema. */
const lamp = { name: 'Lamp', price: 3000, quantity: 2, amount: 6000, tax_lines: [{ rate: 1900 }] };
const chair = { name: 'Chair', price: 4500, quantity: 1, amount: 4000, tax_lines: [{ rate: 1900 }] };
const order = { reference: '1001', amount: 10_000, currency_code: 'EUR' };

const session = {
  flow: 'authorize',
  locale: 'de-DE',
  order: { redirection: 'https://shop.example/return', ...order },
  customer: {
    reference: 'customer-7',
    billing_address: {
      first_name: 'Grace',
      last_name: 'Murray',
      address_lines: ['Torstrasse 1'],
      city: 'Berlin',
      postal_code: '10119',
      country_code: 'DE',
      email: 'grace@shop.example',
    },
  },
  shipments: [{ item_lines: [lamp, chair] }],
};

export const exampleRequests = {
  session,
  business: {
    ...session,
    customer: { type: 'company', company_name: 'Murray GmbH', billing_address: session.customer.billing_address },
  },
  /** In the US prices come without tax, and the sales tax of the order is added. */
  unitedStates: {
    order: { redirection: 'https://shop.example/return', amount: 10_800, tax_amount: 800, currency_code: 'USD' },
    customer: { billing_address: { country_code: 'US', province_code: 'NY' } },
    shipments: [{ item_lines: [{ name: 'Lamp', price: 5000, quantity: 2, amount: 10_000 }] }],
  },
  /** An information request: the relay stores a customer token and charges nothing. */
  information: {
    ...session,
    flow: 'tokenize',
    order: { ...session.order, amount: 0 },
    shipments: [{ item_lines: [{ name: 'Agreement', price: 0, quantity: 1, amount: 0 }] }],
  },
  charge: { initiator: 'merchant', order, shipments: session.shipments },
  capture: {
    item_lines: [lamp],
    reference: 'parcel-1',
    shipping_info: [{ shipping_company: 'DHL', shipping_method: 'Home', tracking_number: '63428' }],
  },
  refund: { amount: 1000, description: 'Scratched' },
  dueDate: { capture_id: '4ba29b50-be7b-44f5-a492-113e6a865e22', number_of_days: 14 },
  statusUpdate: {
    event_id: '270b2adc-6d0f-4b7e-8a52-2f4b7d6f9c13',
    session: {
      session_id: '35bde117-02ad-11e9-8eb2-f2801f1b9fd1',
      status: 'IN_PROGRESS',
      updated_at: '2026-11-22T10:04:12.345Z',
    },
  },
};
