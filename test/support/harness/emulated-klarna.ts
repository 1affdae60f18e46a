import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { type EmulatedKlarna, type EmulatorOptions, startKlarna } from '../../../emulator/emulator.ts';

/**
 * Klarna's playground is tested if the environment has its credentials: KLARNA_PLAYGROUND_USERNAME, _PASSWORD and _REGION (eu, na
 * or oc; eu by default), and _URL for another host. Without them nothing leaves this machine.
 */
const { KLARNA_PLAYGROUND_USERNAME: username, KLARNA_PLAYGROUND_PASSWORD: password } = process.env;
const region = process.env.KLARNA_PLAYGROUND_REGION ?? 'eu';
const playground = username !== undefined && password !== undefined;
const host =
  process.env.KLARNA_PLAYGROUND_URL ?? `https://api${region === 'eu' ? '' : `-${region}`}.playground.klarna.com`;

const markets: Record<string, { purchase_country: string; purchase_currency: string; locale: string }> = {
  eu: { purchase_country: 'DE', purchase_currency: 'EUR', locale: 'de-DE' },
  na: { purchase_country: 'US', purchase_currency: 'USD', locale: 'en-US' },
  oc: { purchase_country: 'AU', purchase_currency: 'AUD', locale: 'en-AU' },
};

/** An answer of Klarna's API. */
type KlarnaAnswer = { status: number; body: Record<string, unknown>; headers: Headers };
type AskOptions = { body?: unknown; key?: string | undefined; authorization?: string };

export type KlarnaApi = {
  ask: (method: string, path: string, options?: AskOptions) => Promise<KlarnaAnswer>;
  /** The URL of a session of Klarna Payments, for the hosted page. */
  urlOf: (session_id: string) => string;
};

/** The Klarna that the tests of a file use: the playground if there are credentials, else the emulator. */
export function testedKlarna(options: EmulatorOptions = {}) {
  let ahead = 0;
  let emulated: EmulatedKlarna | undefined;
  const now = () => new Date(Date.now() + ahead++); // no two readings agree: a record that takes two shows it
  if (!playground) {
    beforeAll(async () => {
      emulated = await startKlarna({ now, pace: 0.0001, ...options });
    });
    afterAll(() => emulated?.stop());
  }
  const base = () => emulated?.url ?? host;
  const signed = `Basic ${Buffer.from(playground ? `${username}:${password}` : 'any:body').toString('base64')}`;

  const ask: KlarnaApi['ask'] = async (method, path, { body, key, authorization = signed } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${base()}${path}`, {
      method,
      headers: {
        authorization,
        'content-type': 'application/json',
        ...(key && { 'klarna-idempotency-key': key }),
      },
      ...(text !== undefined && { body: text }),
    });
    const answer = await response.text();
    if (playground && response.status === 429) {
      await pause(1000); // the playground accepts five sessions a second
      return ask(method, path, { body, key, authorization });
    }
    return { status: response.status, body: answer ? JSON.parse(answer) : {}, headers: response.headers };
  };

  return {
    ask,
    urlOf: (session_id: string) => `${base()}/payments/v1/sessions/${session_id}`,
    /** Moves the emulator's clock on; milliseconds. */
    forward: (ms: number) => {
      ahead += ms;
    },
    emulated: () => {
      if (!emulated) throw new Error('this test needs the emulator');
      return emulated;
    },
  };
}

export type TestedKlarna = ReturnType<typeof testedKlarna>;

/** A test of what only the emulator has: a shopper on demand, a clock that moves, callbacks to this machine. */
export const onEmulator = (name: string, act: () => Promise<void> | void) =>
  playground ? test.skip(`${name} (needs the emulator's shopper, clock or callbacks)`) : test(name, act);

/** A purchase of 10,000 in Klarna's fields, for the market of the region, without tax: every market accepts that. */
export const klarnaPurchase = (more: object = {}) => ({
  ...markets[region],
  order_amount: 10_000,
  order_tax_amount: 0,
  order_lines: [
    { name: 'Lamp', quantity: 2, unit_price: 3000, tax_rate: 0, total_amount: 6000, total_tax_amount: 0 },
    {
      name: 'Desk',
      quantity: 1,
      unit_price: 4500,
      tax_rate: 0,
      total_amount: 4000,
      total_discount_amount: 500,
      total_tax_amount: 0,
    },
  ],
  ...more,
});

/** A session of Klarna Payments and a hosted page over it. */
export async function newHostedSession({ ask, urlOf }: KlarnaApi, { more = {}, mode = 'PLACE_ORDER', urls = {} } = {}) {
  const { body } = await ask('POST', '/payments/v1/sessions', { body: klarnaPurchase(more) });
  const kp = String(body.session_id);
  const page = await ask('POST', '/hpp/v1/sessions', {
    body: { payment_session_url: urlOf(kp), merchant_urls: urls, options: { place_order_mode: mode } },
  });
  return { kp, hpp: String(page.body.session_id), page };
}

/** The id of an order that the emulator's shopper has approved. */
export async function approvedOrder(
  klarna: TestedKlarna,
  does: 'approve' | 'approve_pending' = 'approve',
): Promise<string> {
  const { hpp } = await newHostedSession(klarna);
  klarna.emulated().control.shopper(hpp, does);
  return String((await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`)).body.order_id);
}

/** An authorization token that the emulator's shopper has granted. */
export async function newAuthorization(klarna: TestedKlarna, more: object = {}) {
  const { kp, hpp } = await newHostedSession(klarna, { more, mode: 'NONE' });
  klarna.emulated().control.shopper(hpp, 'approve');
  const { body } = await klarna.ask('GET', `/hpp/v1/sessions/${hpp}`);
  return { kp, hpp, token: String(body.authorization_token) };
}

export const newKey = () => randomUUID();
