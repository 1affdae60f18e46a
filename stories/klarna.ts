import { randomUUID } from 'node:crypto';
import type { CallbackKind } from '../lambdas/klarna/inbound/callback-url.ts';
import { paymentOn, type Scene, type Stage } from './story.ts';

/** Klarna's part, told by hand: what a relay hears when its sessions are created elsewhere. */

/** How often Klarna calls again for a 5xx. */
const repeats = 3;

/** Posts a callback as Klarna does, again while the answer is a 5xx. Gives the last status. */
export async function call(url: string, body: string): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
      ...(body && { body }),
    });
    await response.arrayBuffer();
    if (response.status < 500 || attempt === repeats) return response.status;
  }
}

type Told = Partial<Record<'authorization_token' | 'order_id' | 'klarna_reference', string>>;

/** A `status_update` of the hosted payment page (Klarna, "Status callbacks"), of this second of the story. */
export function statusUpdate({ session, began }: Stage, { word, second, ...told }: Update): string {
  const time = (seconds: number) => new Date(began.getTime() + seconds * 1000).toISOString();
  const dates = { updated_at: time(second), expires_at: time(47 * 3600) };
  return JSON.stringify({ event_id: randomUUID(), session: { session_id: session, status: word, ...told, ...dates } });
}

type Update = { word: string; second: number } & Told;

/** Klarna tells one word of the session. */
export function says(word: string, second: number, publishes: string[][], more: () => Told = () => ({})): Scene {
  const update = (stage: Stage) => statusUpdate(stage, { word, second, ...more() });
  return callback({ kind: 'status_update', tells: `status_update: ${word}`, body: update, publishes });
}

/** COMPLETED with an authorization token, as with `place_order_mode` NONE. */
export const completes = (second: number, publishes: string[][]): Scene =>
  says('COMPLETED', second, publishes, () => ({ authorization_token: randomUUID() }));

export type Callback = {
  kind: CallbackKind;
  tells: string;
  body: (stage: Stage) => string;
  publishes?: string[][];
  answer?: number;
  /** How often it is delivered, all at once. */
  times?: number;
  /** What somebody did to the URL. */
  url?: (genuine: string, stage: Stage) => string | Promise<string>;
};

/** One callback, genuine unless `url` makes another of it. */
export function callback(told: Callback): Scene {
  const { kind, tells, body, publishes = [], answer = 200, times = 1, url = (genuine: string) => genuine } = told;
  const does = async (stage: Stage) => {
    const address = await url(await stage.target.mint(kind, paymentOn(stage)), stage);
    const text = body(stage);
    return Math.max(...(await Promise.all(Array.from({ length: times }, () => call(address, text)))));
  };
  return { who: answer === 401 ? 'stranger' : 'Klarna', tells, does, answer, publishes };
}

/** An `authorization` callback of Klarna Payments. */
export const authorizes = (publishes: string[][]): Scene =>
  callback({
    kind: 'authorization',
    tells: 'authorization: a token',
    body: ({ session }) => JSON.stringify({ authorization_token: randomUUID(), session_id: session }),
    publishes,
  });

/** A `notification` about an order; it moves nothing until the order has been read from Klarna. */
export const notifies = (event_type: string): Scene =>
  callback({
    kind: 'notification',
    tells: `notification: ${event_type}`,
    body: () => JSON.stringify({ order_id: randomUUID(), event_type }),
  });
