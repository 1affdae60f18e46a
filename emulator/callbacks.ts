import { randomUUID } from 'node:crypto';
import { hostedDocument } from './api/hosted-sessions.ts';
import type { Authorization, HostedSession, Order, State } from './state.ts';

export type Kind = 'status_update' | 'authorization' | 'notification' | 'push';

/**
 * How callbacks go wrong. `reorder` holds one back until the next has gone; `session` is a hosted session; `usual` goes as it
 * should, whatever was arranged before.
 */
export type Mishap = {
  kinds?: Kind[];
  session?: string;
  does: 'usual' | 'lose' | 'double' | 'delay' | 'reorder' | 'empty';
  ms?: number;
};

export type Attempt = { callback: Kind; url: string; attempt: number; status: number | 'none'; at: string };

export type Letter = { kind: Kind; session?: string | undefined; url: string; body?: object };

/** How callbacks travel: `post` answers with a status, or `none` where none came within `timeout` milliseconds. */
export type Road = {
  post: (letter: Letter, timeout: number) => Promise<number | 'none'>;
  /** Milliseconds of Klarna's own time. */
  wait: (ms: number) => Promise<void>;
  /** Ends all waiting. */
  stop: () => void;
  /** What befalls this letter, whatever was arranged. */
  mishap?: (letter: Letter) => Mishap | undefined;
};

/** Klarna's patience per kind: milliseconds for an answer, and pauses before the next attempts. */
const habits: Record<Kind, { timeout: number; pauses: number[]; until: (status: number) => boolean }> = {
  status_update: { timeout: 3000, pauses: [3000, 3000, 3000], until: (status) => status < 300 },
  authorization: { timeout: 2000, pauses: [1000, 2000], until: (status) => status < 300 },
  notification: { timeout: 3000, pauses: Array(144).fill(600_000), until: (status) => status === 200 },
  push: {
    timeout: 5000,
    pauses: [5, 15, 30, 60, ...Array(11).fill(240)].map((each) => each * 60_000),
    until: (status) => status < 300,
  },
};

/** Over HTTP; `pace` 0.01 makes a second 10 ms. */
export function overHttp(pace: number): Road {
  const timers = new Set<() => void>();
  const wait: Road['wait'] = (ms) =>
    new Promise<void>((resolve) => {
      const end = () => {
        timers.delete(end);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms * pace);
      timers.add(end);
    });
  const post: Road['post'] = async ({ url, body }, timeout) => {
    const text = body && JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    try {
      const signal = AbortSignal.timeout(timeout);
      const response = await fetch(url, { method: 'POST', headers, signal, ...(text && { body: text }) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 'none';
    }
  };
  const stop = () => {
    for (const end of [...timers]) end();
  };
  return { post, wait, stop };
}

/** Sends callbacks as Klarna does: each again until it is answered or Klarna has lost its patience. */
export function callbacks({ state, road, log }: { state: State; road: Road; log: (attempt: Attempt) => void }) {
  let mishaps: Mishap[] = [];
  const held: Letter[] = [];
  const running = new Set<Promise<unknown>>();
  let over = false;

  const deliver = async (letter: Letter) => {
    const { pauses, until, timeout } = habits[letter.kind];
    for (let attempt = 1; !over; attempt++) {
      const status = await road.post(letter, timeout);
      log({ callback: letter.kind, url: letter.url, attempt, status, at: state.now().toISOString() });
      const pause = pauses[attempt - 1];
      if ((status !== 'none' && until(status)) || pause === undefined) return;
      await road.wait(pause);
    }
  };
  const start = (work: Promise<unknown>) => {
    running.add(work);
    work.finally(() => running.delete(work));
  };
  const send = (letter: Letter) => {
    if (!letter.url) return;
    const arranged = mishaps.find(
      ({ kinds, session }) => (kinds?.includes(letter.kind) ?? true) && (session ?? letter.session) === letter.session,
    );
    const mishap = road.mishap?.(letter) ?? arranged;
    const ways: Record<Mishap['does'], () => void> = {
      usual: () => start(deliver(letter)),
      lose: () =>
        log({ callback: letter.kind, url: letter.url, attempt: 0, status: 'none', at: state.now().toISOString() }),
      double: () => start(Promise.all([deliver(letter), deliver(letter)])),
      delay: () => start(road.wait(mishap?.ms ?? 5000).then(() => deliver(letter))),
      empty: () => start(deliver({ kind: letter.kind, url: letter.url })),
      reorder: () => {
        const before = held.splice(0);
        if (before.length === 0) held.push(letter);
        else start(deliver(letter).then(() => Promise.all(before.map(deliver))));
      },
    };
    if (mishap) ways[mishap.does]();
    else start(deliver(letter));
  };

  return {
    statusUpdate: (session: HostedSession, status = session.status) =>
      send({
        kind: 'status_update',
        session: session.session_id,
        url: filled(session.merchant_urls.status_update ?? '', { session_id: session.session_id }),
        body: { event_id: randomUUID(), session: { ...hostedDocument(session), status } },
      }),
    authorization: ({ token, paymentSession }: Authorization, hosted?: string) =>
      send({
        kind: 'authorization',
        session: hosted,
        url: state.sessions.get(paymentSession)?.body.merchant_urls?.authorization ?? '',
        body: { authorization_token: token, session_id: paymentSession },
      }),
    risk: (order: Order, event_type: string) =>
      send({
        kind: 'notification',
        session: hostedOf(state, order)?.session_id,
        url: placeholders(order.purchase.merchant_urls?.notification ?? '', order),
        body: { order_id: order.order_id, event_type },
      }),
    push: (order: Order, hosted?: string) =>
      send({ kind: 'push', session: hosted, url: placeholders(order.purchase.merchant_urls?.push ?? '', order) }),
    /** Undefined clears all mishaps. */
    misbehave: (mishap: Mishap | undefined) => {
      mishaps = mishap ? [mishap, ...mishaps] : [];
      if (!mishap) for (const letter of held.splice(0)) start(deliver(letter));
    },
    /** Does something after so many milliseconds of Klarna's time; it counts as under way until then. */
    after: (ms: number, does: () => void) => start(road.wait(ms).then(() => over || does())),
    settled: async () => {
      while (running.size > 0) await Promise.race([Promise.all(running), patience()]);
    },
    stop: () => {
      over = true;
      road.stop();
    },
  };
}

const hostedOf = ({ hosted }: State, { order_id }: Order) =>
  [...hosted.values()].find((session) => session.order_id === order_id);

export type Callbacks = ReturnType<typeof callbacks>;

/** A look again, since what runs may have started more. */
const patience = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Placeholders of the hosted page are written with two braces, those of Klarna Payments with one. */
export const filled = (url: string, values: Record<string, string | undefined>) =>
  url.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);

const placeholders = (url: string, { order_id }: Order) => url.replace('{order.id}', order_id);
