import { vi } from 'vitest';
import { relayClient } from '../../examples/merchant-backend/relay-client.ts';
import { shopServer } from '../../examples/merchant-backend/server.ts';
import type { Order } from '../../examples/merchant-backend/shop.ts';
import { close, listen } from '../../local/gateway/listen.ts';
import { startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from '../support/engines/template.ts';
import type { Caller, SignedRequest } from './signature.ts';

export type RunningShop = Awaited<ReturnType<typeof startShop>>;

/** The merchant's backend of examples/ with one order, in front of a local run. */
export async function startShop({ region, ...credentials }: Caller) {
  const relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  const order = orderOfALamp();
  const server = shopServer({
    post: relayClient(relay.url, { credentials, region }),
    orders: new Map([['1001', order]]),
  });
  const requests = recordRequests(`${relay.url}/payments`);

  /** The shopper does this on the emulated page, and everything that follows has happened. */
  const shopper = async (does: string): Promise<void> => {
    const session = order.payment?.redirectUrl.split('/').at(-1);
    await fetch(`${relay.klarnaUrl}/shopper/${session}`, { method: 'POST', body: JSON.stringify({ does }) });
    await fetch(`${relay.url}/local/settled`);
  };
  const stop = async () => {
    vi.unstubAllGlobals();
    await close(server);
    await relay.stop();
  };
  return { relay, order, url: `${await listen(server)}/orders/1001`, requests, shopper, stop };
}

/** Every request that this process sends to such a URL from now on. */
function recordRequests(start: string): SignedRequest[] {
  const requests: SignedRequest[] = [];
  const { fetch: send } = globalThis;
  vi.stubGlobal('fetch', (url: string | URL, init: RequestInit = {}) => {
    const { method = 'GET', headers, body } = init;
    if (`${url}`.startsWith(start)) requests.push({ method, url: `${url}`, headers: Object(headers), body: `${body}` });
    return send(url, init);
  });
  return requests;
}

const orderOfALamp = (): Order => ({
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
});
