import { relayClient } from './relay-client.ts';
import { shopServer } from './server.ts';
import type { Order } from './shop.ts';

const { RELAY_URL = 'http://127.0.0.1:4600', PORT = '8080' } = process.env;

const order: Order = {
  number: '1001',
  amount: 7500,
  currency: 'EUR',
  lines: [
    { name: 'Lamp', price: 3000, quantity: 2, amount: 6000 },
    { name: 'Cable', price: 500, quantity: 3, amount: 1500 },
  ],
  address: {
    first_name: 'Grace',
    last_name: 'Murray',
    address_lines: ['Torstrasse 1'],
    city: 'Berlin',
    postal_code: '10119',
    country_code: 'DE',
    email: 'grace@shop.example',
  },
};

shopServer({ post: relayClient(RELAY_URL), orders: new Map([[order.number, order]]) }).listen(
  Number(PORT),
  '127.0.0.1',
);
console.log(`Pay: curl -si -X POST http://127.0.0.1:${PORT}/orders/1001/checkout | grep location`);
