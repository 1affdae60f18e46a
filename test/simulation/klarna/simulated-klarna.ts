import type { Mishap } from '../../../emulator/callbacks/mishaps.ts';
import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import type { CallbackTransport } from '../../../emulator/callbacks/transport.ts';
import { emulatorCore } from '../../../emulator/core.ts';
import { merchantReference } from '../../../emulator/requests/merchant-reference.ts';
import { jsonBody } from '../../../emulator/requests/request.ts';
import type { Process } from '../aws/process.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { FaultKind } from '../trouble/fault-kinds.ts';
import { burstingTransport } from './network/callback-bursts.ts';
import { klarnaDocuments } from './network/documents.ts';
import { type EndpointName, endpointOf, idIn } from './network/endpoints.ts';
import { klarnaNetwork } from './network/klarna-network.ts';
import type { HttpRequest, NetworkAnswer } from './network/network-answer.ts';

export type DeliverCallback = CallbackTransport['post'];

const mishaps: [FaultKind, Mishap['does']][] = [
  ['callback lost', 'lose'],
  ['callback delayed', 'delay'],
  ['callback doubled', 'double'],
  ['callbacks reordered', 'reorder'],
  ['callback emptied', 'empty'],
];

/** The payment that a callback is about, from its URL. */
export const paymentOfCallback = ({ url }: Pick<OutgoingCallback, 'url'>): string => url.split('/')[5] ?? '';

export type SimulatedKlarna = ReturnType<typeof simulatedKlarna>;

/** The emulated Klarna in this process, with a clock of its own, behind a network that loses requests and answers. */
export function simulatedKlarna(run: RunContext, deliver: DeliverCallback) {
  const { clock, chance, faults } = run;
  const skew = !faults.isOver() && chance.happens(0.5) ? chance.between(-120_000, 120_000) : 0;
  if (skew !== 0) faults.note('clock skew', `Klarna's clock is ${skew} ms ahead of ours`);
  const callbacks: { callback: OutgoingCallback; at: number }[] = [];
  const documents = klarnaDocuments(run);
  const silent = silentKind(run);
  const bursts = burstingTransport(run, deliver);
  const transport: CallbackTransport = {
    post: ({ body, ...callback }, timeout) =>
      bursts.post({ ...callback, ...(body && { body: documents.writtenCallback(body) }) }, timeout),
    wait: clock.sleep,
    stop: () => {},
    mishap: (callback) => {
      callbacks.push({ callback, at: clock.now() });
      noteMove(callback);
      if (callback.kind === silent) return { does: 'lose' };
      const [, does] = mishaps.find(([kind]) => faults.strikes(kind, callback.kind, paymentOfCallback(callback))) ?? [];
      return does && { does, ms: chance.between(2000, 900_000) };
    },
  };
  const newAccount = (username: string) =>
    ({ region: 'eu', environment: 'playground', username, password: chance.uuid() }) as const;
  const accounts = { default: newAccount('K123'), nordic: newAccount('K456') };
  const core = emulatorCore({
    now: () => new Date(clock.now() + skew),
    transport,
    url: () => 'https://klarna.example',
    limits: chance.happens(0.3) ? 'playground' : 'none',
  });
  const network = klarnaNetwork(run, { core, documents });
  /** Klarna reports a new order, or a move of one. */
  const noteMove = (callback: OutgoingCallback) => {
    const body: { order_id?: unknown } = { ...callback.body };
    if (callback.kind === 'push') network.lagging.remember(new URL(callback.url).searchParams.get('order') ?? '');
    if (callback.kind === 'notification') network.lagging.moved(String(body.order_id), paymentOfCallback(callback));
  };

  const requests: KlarnaRequest[] = [];
  const requestOf = (request: HttpRequest) => ({
    endpoint: endpointOf(request),
    id: idIn(request.path),
    body: Object(jsonBody(request)),
    payment: merchantReference(core.state, { path: request.path, body: undefined }),
  });
  /** What may still be captured and refunded of an order. */
  const leftOf = (id: string) => {
    const order = core.state.orders.get(id);
    const isOpen = order?.fraud_status === 'ACCEPTED';
    return {
      toCapture: (isOpen && order.remaining_authorized_amount) || 0,
      toRefund: order ? order.captured_amount - order.refunded_amount : 0,
    };
  };
  const fetchOf =
    (process: Process): typeof fetch =>
    async (url, { method = 'GET', headers, body } = {}) => {
      const path = `/${String(url).split('/').slice(3).join('/')}`;
      const about = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')}`;
      const request = { method, path, headers: Object(headers), text: String(body ?? '') };
      const subject = { about, payment: process.payment };
      requests.push({ ...requestOf(request), at: clock.now(), left: leftOf(idIn(path)) });
      return responseOf(await process.reach(about, () => network.answerTo(request, subject)));
    };
  return {
    accounts,
    account: accounts.default,
    core,
    callbacks,
    /** Every request that the relay sent, whether it arrived or not. */
    requests,
    fetch: fetchOf,
    absent: documents.absent,
    endpointOutages: network.outages,
    lostForNothing: bursts.lostForNothing,
  };
}

type KlarnaRequest = {
  at: number;
  endpoint: EndpointName | undefined;
  /** Of the session, order or token in its path. */
  id: string;
  payment: string | undefined;
  body: Record<string, unknown>;
  /** Of its order, at the time of the request. */
  left: { toCapture: number; toRefund: number };
};

/** The kind of callback that never arrives in this run, in some runs. */
function silentKind({ chance, faults }: RunContext): OutgoingCallback['kind'] | undefined {
  const kind = chance.pick(['notification', 'notification', 'push', 'status_update', 'authorization']);
  return faults.strikes('callbacks of a kind lost', kind) ? kind : undefined;
}

function responseOf({ status, headers, body, text: raw }: Exclude<NetworkAnswer, 'none'>): Response {
  const text = raw ?? (body === undefined ? '' : JSON.stringify(body));
  return Object.assign(Object.create(null), { status, headers: new Headers(headers), text: async () => text });
}
