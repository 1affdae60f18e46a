import {
  type ChargeRequest,
  parseCharge,
  parseSession,
  type SessionRequest,
} from '../../../lambdas/merchant/requests.ts';

/** A basket of 3 lines with tax and a discount, 10,000 in all, as a shop sends it; `more` replaces fields of it. */
export const sessionRequestBody = ({
  flow = 'authorize',
  ...more
}: { flow?: string; account?: string } & object = {}) => {
  const free = flow === 'tokenize';
  const line = (name: string, price: number, quantity: number, amount = price * quantity) => ({
    name,
    price: free ? 0 : price,
    quantity,
    amount: free ? 0 : amount,
    tax_lines: [{ rate: 1900 }],
  });
  return {
    flow,
    order: {
      redirection: 'https://shop.example/return',
      reference: '1001',
      amount: free ? 0 : 10_000,
      currency_code: 'EUR',
    },
    customer: {
      reference: 'customer-7',
      birthdate: '1987-08-15',
      billing_address: {
        first_name: 'Grace Hopper',
        last_name: 'Murray',
        address_lines: ['Torstrasse 1'],
        city: 'Berlin',
        postal_code: '10119',
        country_code: 'DE',
        email: 'grace@shop.example',
      },
    },
    shipments: [
      { item_lines: [line('Lamp', 3000, 2), line('Cable', 500, 3)] },
      { item_lines: [line('Desk', 3000, 1, 2500)] },
    ],
    ...more,
  };
};

/** The same basket as a charge of a customer token. */
export const chargeRequestBody = (initiator: 'customer' | 'merchant', more: object = {}) => {
  const { order, shipments } = sessionRequestBody();
  return { initiator, order, shipments, ...more };
};

/** The session of `sessionBody`, as the relay accepts it. @throws when it is refused */
export function acceptedSession(more: { flow?: string } & object = {}): SessionRequest {
  const read = parseSession(sessionRequestBody(more));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.session;
}

/** The charge of `chargeBody`, as the relay accepts it. @throws when it is refused */
export function acceptedCharge(initiator: 'customer' | 'merchant' = 'merchant', more: object = {}): ChargeRequest {
  const read = parseCharge(chargeRequestBody(initiator, more), 'DE');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.charge;
}
