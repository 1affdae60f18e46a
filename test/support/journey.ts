import { randomUUID } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallbackKind } from '../../lambdas/klarna/genuine.ts';
import type { Payment, PaymentId } from '../../lambdas/payment/payment.ts';
import { changeCells, paymentOf } from '../../local/change-cells.ts';
import { type Relay, type RelayOptions, type Seen, startRelay } from '../../local/house.ts';
import { freshPayment } from '../../local/play.ts';
import { onEveryEngine } from './engines.ts';
import { synthesisedOnce } from './template.ts';

/** A running relay and what a story needs of it. */
export type Journey = Relay & {
  /** A payment of this name that no other test has. */
  named: (name: string) => PaymentId;
  /** A new authorization token; it must not show in anything that is written. */
  token: () => string;
  /** Posts a callback once; gives the status. */
  send: (call: Callback) => Promise<number>;
  /** Posts a callback as Klarna does: again, up to three times, while the answer is a 5xx. Gives the last status. */
  post: (call: Callback) => Promise<number>;
  item: (payment: PaymentId) => Promise<Payment | undefined>;
  /** What subscribers heard of a payment so far, one line each. */
  heard: (payment: PaymentId) => Promise<string[]>;
  lines: () => string[];
  /** What the failure destination was told. */
  dropped: () => object[];
  /** Everything that was written and answered so far, as text. */
  written: () => Promise<string>;
  /** The tokens, URLs and keys that were used. */
  secrets: () => string[];
};

type Callback = { kind: CallbackKind; payment: PaymentId; body?: unknown; url?: string };

export async function startJourney(options: RelayOptions = {}): Promise<Journey> {
  const seen: Seen[] = [];
  const used: string[] = [];
  const template = await synthesisedOnce();
  const relay = await startRelay({ template, ...options, watch: (what) => seen.push(what) });

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
  return {
    ...relay,
    mint,
    named: freshPayment,
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
    heard: async (payment) => {
      await relay.settled();
      const events = relay.events().filter((event) => paymentOf(event) === payment);
      return events.map((event) => changeCells(event).join(' '));
    },
    lines: () => seen.flatMap((what) => ('line' in what ? what.line : [])),
    dropped: () => seen.flatMap((what) => ('dropped' in what ? what.dropped : [])),
    written: async () => JSON.stringify([seen, relay.events(), await relay.items()]),
    secrets: () => [...used, ...relay.confidential()],
  };
}

/** A shopper's story on every engine; whatever it was, nothing that it wrote holds a secret in clear. */
export function journey(tests: (relay: () => Journey) => void): void {
  onEveryEngine(({ start }) => {
    let running: Journey | undefined;
    const relay = () => {
      if (!running) throw new Error('the relay does not run');
      return running;
    };
    beforeAll(async () => {
      running = await startJourney({ engine: start });
    });
    afterAll(() => running?.stop());
    tests(relay);

    test('no token, URL secret or key stands in clear in anything that was written', async () => {
      await relay().settled();
      const written = await relay().written();
      const secrets = relay().secrets();
      expect(secrets.length).toBeGreaterThan(2);
      expect(secrets.flatMap(disguises).filter((secret) => written.includes(secret))).toEqual([]);
    });
  });
}

/** A secret as it is, and as encodings would show it. */
const disguises = (secret: string): string[] => [
  secret,
  ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(secret).toString(encoding)),
];
