import { randomUUID } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmulatedKlarna } from '../../../emulator/emulator.ts';
import type { Behaviour } from '../../../emulator/shopper/behaviours.ts';
import type { CallbackKind } from '../../../lambdas/klarna/inbound/callback-url.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { type PaymentId, paymentId } from '../../../lambdas/payment/payment-id.ts';
import { freshPayment } from '../../../local/play.ts';
import { type Relay, startRelay } from '../../../local/relay.ts';
import type { Observation, RelayOptions } from '../../../local/relay-options.ts';
import { changedPayment, changeRow } from '../../../stories/change-row.ts';
import { sessionRequestBody } from '../builders/merchant-bodies.ts';
import { onEveryEngine } from '../engines/engines.ts';
import { synthesisedOnce } from '../engines/template.ts';

/** An answer of the merchant's routes. */
type RelayAnswer = { status: number; body: Record<string, unknown> };

/** A running relay, and what the story of a payment needs. */
export type Journey = Relay & {
  /** Sends a request of the merchant; `key` is its Idempotency-Key. */
  ask: (method: string, path: string, request?: { body?: object; key?: string }) => Promise<RelayAnswer>;
  /** Creates a payment; `hpp` is its hosted session at the emulated Klarna. */
  create: (flow: string, more?: object) => Promise<{ payment: PaymentId; hpp: string; answer: RelayAnswer }>;
  /** The shopper arrives and acts, again before each behaviour; all callbacks that follow have been handled. */
  shopper: (hpp: string, ...does: Behaviour[]) => Promise<void>;
  /** The emulated Klarna behind the relay. */
  emulated: EmulatedKlarna;
  /** A payment id that begins with `name` and that no other test uses. */
  newPayment: (name: string) => PaymentId;
  /** A new authorization token, which must appear in nothing that is written. */
  token: () => string;
  /** Posts a callback once and returns the status. */
  send: (call: Callback) => Promise<number>;
  /** Posts a callback as Klarna does, up to three times more while the answer is 5xx, and returns the last status. */
  post: (call: Callback) => Promise<number>;
  item: (payment: PaymentId) => Promise<Payment | undefined>;
  /** The events of a payment so far, each as one text. */
  publishedChanges: (payment: PaymentId) => Promise<string[]>;
  logEntries: () => string[];
  /** What the failure destination of the stream received. */
  discardedRows: () => object[];
  /** Everything that was written and answered so far, as text. */
  everythingWritten: () => Promise<string>;
  /** The tokens, URLs and keys that were used. */
  secrets: () => string[];
};

/** What only Klarna and the relay may know: tokens, and the shopper's identity. */
const confidential = ({ control }: EmulatedKlarna): string[] => [
  ...control.authorizations().map(({ token }) => token),
  ...control.customerTokens().map(({ token_id }) => token_id),
  '19870815-8493',
  '1987-08-15',
  'Grace Hopper',
];

type Callback = { kind: CallbackKind; payment: PaymentId; body?: unknown; url?: string };

export async function startJourney(options: RelayOptions = {}): Promise<Journey> {
  const seen: Observation[] = [];
  const used: string[] = [];
  const template = await synthesisedOnce();
  const relay = await startRelay({ template, pace: 0.02, ...options, watch: (what) => seen.push(what) });
  const emulated = relay.klarna;
  if (!emulated) throw new Error('a journey needs an emulated Klarna');

  const mint: Relay['mint'] = (kind, payment) => {
    const url = relay.mint(kind, payment);
    used.push(new URL(url).pathname.split('/').at(-1) ?? '');
    return url;
  };
  const send: Journey['send'] = async ({ kind, payment, body, url = mint(kind, payment) }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, ...(text && { body: text }) });
    await response.arrayBuffer();
    return response.status;
  };
  const ask: Journey['ask'] = async (method, path, { body, key } = {}) => {
    const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    const response = await fetch(`${relay.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : {} };
  };
  return {
    ...relay,
    mint,
    emulated,
    ask,
    create: async (flow, more = {}) => {
      const answer = await ask('POST', '/payments', { body: { ...sessionRequestBody({ flow }), ...more } });
      const payment = paymentId(String(answer.body.payment)) ?? freshPayment('none');
      return { payment, hpp: String(answer.body.redirect_url).split('/').at(-1) ?? '', answer };
    },
    shopper: async (hpp, ...does) => {
      for (const step of does.flatMap((each) => ['arrive' as const, each])) {
        emulated.control.shopper(hpp, step);
        await relay.idle(); // two callbacks at once would race for the order in which they arrive
      }
    },
    newPayment: freshPayment,
    token: () => {
      const token = randomUUID();
      used.push(token);
      return token;
    },
    send,
    post: async (call) => {
      let status = await send(call);
      for (let repeat = 1; repeat <= 3 && status >= 500; repeat++) status = await send(call);
      return status;
    },
    item: async (payment) => {
      const found = (await relay.items()).map((item) => unmarshall(item as Parameters<typeof unmarshall>[0]));
      return found.find(({ id }) => id === payment) as Payment | undefined;
    },
    publishedChanges: async (payment) => {
      await relay.idle();
      const events = relay.events().filter((event) => changedPayment(event) === payment);
      return events.map((event) => changeRow(event).join(' '));
    },
    logEntries: () => seen.flatMap((what) => ('log' in what ? what.log : [])),
    discardedRows: () => seen.flatMap((what) => ('discardedBatch' in what ? what.discardedBatch : [])),
    everythingWritten: async () => JSON.stringify([seen, relay.events(), await relay.items()]),
    secrets: () => [...used, ...relay.confidential(), ...confidential(emulated)],
  };
}

/** Tests of payments on every engine. After them, nothing that the relay wrote may hold a secret in the clear. */
export function journey(tests: (relay: () => Journey) => void): void {
  onEveryEngine(({ start }) => {
    let running: Journey | undefined;
    const relay = () => {
      if (!running) throw new Error('the relay runs within tests only');
      return running;
    };
    beforeAll(async () => {
      running = await startJourney({ engine: start });
    });
    afterAll(() => running?.stop());
    tests(relay);

    test('nothing that was written holds a token, a URL secret or a key in the clear', async () => {
      await relay().idle();
      const written = await relay().everythingWritten();
      const secrets = relay().secrets();
      expect(secrets.length).toBeGreaterThan(2);
      expect(secrets.flatMap(spellings).filter((secret) => written.includes(secret))).toEqual([]);
    });
  });
}

/** A secret in the clear, and in each encoding. */
const spellings = (secret: string): string[] => [
  secret,
  ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(secret).toString(encoding)),
];
