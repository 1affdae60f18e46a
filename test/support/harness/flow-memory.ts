import { type EmulatedKlarna, startKlarna } from '../../../emulator/emulator.ts';
import { typedOpener } from '../../../lambdas/dependencies/run-due-tasks.ts';
import type { CallbackUrls, SealToken } from '../../../lambdas/flows/ports.ts';
import type { TaskPorts } from '../../../lambdas/flows/tasks/run-tasks.ts';
import { shortHash } from '../../../lambdas/json.ts';
import { klarnaClient } from '../../../lambdas/klarna/client/client.ts';
import type { CustomerToken } from '../../../lambdas/payment/customer-token.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { type KillSwitch, killSwitch } from './kill-switch.ts';
import { copyOf, type MemoryStore, memoryStore } from './memory-store.ts';

/** The ports of the flows over memory and an emulated Klarna. Every call of a port is a step of the kill switch. */
export type FlowMemory = KillSwitch & {
  ports: TaskPorts;
  klarna: EmulatedKlarna;
  /** Moves the clock on; milliseconds. */
  forward: (ms: number) => void;
  payments: Map<string, Payment>;
  /** The calls of the store, in order. */
  storeCalls: MemoryStore['calls'];
  requests: Map<string, string>;
  tokens: Map<string, CustomerToken>;
};

/** Klarna's callbacks are all lost, so that tests decide what reaches a payment. */
export async function startFlowMemory(): Promise<FlowMemory> {
  let ahead = 0;
  let last = 0;
  const now = () => {
    last = Math.max(last + 1, Date.now() + ahead); // no two events share a millisecond
    return new Date(last);
  };
  const klarna = await startKlarna({ now, pace: 0.001 });
  klarna.control.callbacks({ does: 'lose' });
  const kill = killSwitch();
  const { store, payments, calls: storeCalls } = memoryStore();
  const requests = new Map<string, string>();
  const tokens = new Map<string, CustomerToken>();
  const client = klarnaClient({
    accounts: { default: { region: 'eu', environment: 'playground', username: 'u', password: 'p' } },
    apiUrl: klarna.url,
    now,
    pause: async () => undefined,
  });
  const ports: TaskPorts = {
    ...kill.guard(requestPorts(requests)),
    ...kill.guard(sealPorts),
    store: kill.guard(store),
    tokens: kill.guard(tokenPorts(tokens)),
    klarna: (account) => kill.guard(client(account)),
    acknowledged: async ({ id }) => payments.get(id)?.changes.length ?? 0,
    republish: async () => ({ published: 0 }),
    now,
    random: () => 0,
    urls,
  };
  const forward = (ms: number) => {
    ahead += ms;
  };
  return { ...kill, ports, klarna, forward, payments, storeCalls, requests, tokens };
}

type RequestKey = { payment: PaymentId; id: string };
const nameOf = ({ payment, id }: RequestKey) => `${payment}/${id}`;

const requestPorts = (requests: Map<string, string>) => ({
  keepRequest: async (request: RequestKey & { body: object }) => {
    requests.set(nameOf(request), JSON.stringify(request.body));
    return 'kept' as const;
  },
  openRequest: typedOpener(async (key) => JSON.parse(requests.get(nameOf(key)) ?? 'null') ?? undefined),
  deleteRequest: async (key: RequestKey) => requests.delete(nameOf(key)),
});

const tokenPorts = (tokens: Map<string, CustomerToken>) => ({
  find: async (id: string) => copyOf(tokens.get(id)),
  save: async (token: CustomerToken) => tokens.set(token.id, copyOf(token)),
});

const seal: SealToken = async ({ token, at }) => ({
  sealed: Buffer.from(token).toString('hex'),
  fingerprint: shortHash(token),
  at,
});
const open: TaskPorts['openToken'] = async ({ sealed }) => Buffer.from(sealed, 'hex').toString();
const sealPorts = { sealToken: seal, sealCustomerToken: seal, openToken: open, openCustomerToken: open };

/** Nothing listens there. */
const urls: CallbackUrls = (payment) => {
  const url = (kind: string) => `http://127.0.0.1:9/${kind}/${payment}`;
  return {
    status_update: url('status_update'),
    authorization: url('authorization'),
    notification: url('notification'),
    push: `${url('push')}?order={order.id}`,
  };
};
