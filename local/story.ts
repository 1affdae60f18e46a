import { randomUUID } from 'node:crypto';
import type { Relay } from './house.ts';

/** What the scenes of a story share: the relay, and what the scenes before learned. */
export type Stage = { relay: Relay; payment?: string; hpp?: string };

/** One scene: somebody does something, is answered, and everything that comes of it is published. */
export type Scene = {
  who: 'merchant' | 'shopper' | 'stranger';
  tells: string;
  does: (stage: Stage) => Promise<Response>;
  answer: number;
  /** The changes that it publishes, as `changeCells` writes them. */
  publishes: string[][];
};

const operation = (number: number, what: string) => [
  'Payment Operation Finished',
  `#${number}`,
  'SUCCESS',
  'SUCCESS/SUCCEEDED',
  what,
];
const moved = (number: number, word: string, meaning: string, stages: string) => [
  'Payment Stage Changed',
  `#${number}`,
  word,
  meaning,
  stages,
];
const said = (number: number, word: string, meaning: string) => [
  'Payment Status Changed',
  `#${number}`,
  word,
  meaning,
  'in_progress',
];

/** The whole road: a payment is created, the shopper is declined and pays, the merchant captures in parts and refunds. */
export const wholeRoad: Scene[] = [
  {
    who: 'merchant',
    tells: 'creates a payment of 100.00 EUR',
    does: createPayment,
    answer: 201,
    publishes: [['Payment Operation Finished', '#1', 'CREATE', 'SUCCESS/SUCCEEDED', 'session, created']],
  },
  shopper("arrives on Klarna's page", 'arrive', [
    moved(2, 'IN_PROGRESS', 'WAITING/SUCCEEDED', 'created → in_progress'),
  ]),
  shopper('is declined', 'decline', [said(3, 'FAILED', 'ERROR/FAILED')]),
  shopper('tries again', 'arrive', [said(4, 'IN_PROGRESS', 'WAITING/SUCCEEDED')]),
  { who: 'stranger', tells: 'forges a callback: cancelled', does: forge, answer: 401, publishes: [] },
  shopper("agrees, and two of Klarna's three callbacks are lost", 'approve', [
    moved(5, 'COMPLETED', 'SUCCESS/SUCCEEDED', 'in_progress → authorized, final'),
    moved(6, 'SUCCESS', 'SUCCESS/SUCCEEDED', 'authorized → ordered'),
  ]),
  merchant('captures 40.00', ['captures', { amount: 4000 }, 'first parcel'], 201, [
    operation(7, 'capture, ordered'),
    moved(8, 'SUCCESS', 'SUCCESS/SUCCEEDED', 'ordered → part_captured'),
  ]),
  merchant('asks the same once more', ['captures', { amount: 4000 }, 'first parcel'], 201, []),
  merchant('asks for more than is left', ['captures', { amount: 6001 }, 'too much'], 422, []),
  merchant('captures the rest', ['captures', {}, 'second parcel'], 201, [
    operation(9, 'capture, part_captured'),
    moved(10, 'SUCCESS', 'SUCCESS/SUCCEEDED', 'part_captured → captured'),
  ]),
  merchant('refunds 25.00', ['refunds', { amount: 2500 }, 'came back'], 201, [
    operation(11, 'refund, captured'),
    moved(12, 'SUCCESS', 'SUCCESS/SUCCEEDED', 'captured → part_refunded'),
  ]),
];

function shopper(tells: string, does: string, publishes: string[][]): Scene {
  const acts = async ({ relay, hpp }: Stage) => {
    if (does === 'approve') {
      const lost = { kinds: ['authorization', 'push'], session: hpp, does: 'lose' };
      await post(`${relay.klarnaUrl}/control/callbacks`, lost);
    }
    return post(`${relay.klarnaUrl}/shopper/${hpp}`, { does });
  };
  return { who: 'shopper', tells, does: acts, answer: 200, publishes };
}

function merchant(
  tells: string,
  [name, body, key]: [string, object, string],
  answer: number,
  publishes: string[][],
): Scene {
  const does = ({ relay, payment }: Stage) => post(`${relay.url}/payments/${payment}/${name}`, body, key);
  return { who: 'merchant', tells, does, answer, publishes };
}

const post = (url: string, body: object, key?: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });

const lamp = { name: 'Lamp', price: 5000, quantity: 2, amount: 10_000, tax_lines: [{ rate: 1900 }] };

/** As a shop's backend asks for it; docs/openapi.json has the rest of the fields. */
export const cart = {
  order: { redirection: 'https://shop.example/return', reference: 'cart-1001', amount: 10_000, currency_code: 'EUR' },
  customer: { billing_address: { country_code: 'DE' } },
  shipments: [{ item_lines: [lamp] }],
};

async function createPayment(stage: Stage): Promise<Response> {
  const response = await post(`${stage.relay.url}/payments`, cart, randomUUID());
  const made = (await response.clone().json()) as { payment?: string; redirect_url?: string };
  stage.payment = made.payment ?? '';
  stage.hpp = made.redirect_url?.split('/').at(-1) ?? '';
  return response;
}

/** A callback to this payment, under the secret of another one. */
async function forge({ relay, payment = '' }: Stage): Promise<Response> {
  const minted = async (name: string) => {
    const answer = await post(`${relay.url}/local/url`, { kind: 'status_update', payment: name });
    return ((await answer.json()) as { url: string }).url;
  };
  const stolen = (await minted('another')).split('/').at(-1) ?? '';
  const updated_at = new Date().toISOString();
  return post((await minted(payment)).replace(/[^/]+$/, stolen), { session: { status: 'CANCELLED', updated_at } });
}
