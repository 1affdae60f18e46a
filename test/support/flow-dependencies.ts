import { type EmulatedKlarna, startKlarna } from '../../emulator/emulator.ts';
import type { TaskPorts } from '../../lambdas/flows/tasks/run-tasks.ts';
import { shortHash } from '../../lambdas/json.ts';
import { klarnaClient } from '../../lambdas/klarna/client/client.ts';
import type { CustomerToken } from '../../lambdas/payment/customer-token.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

/** What is thrown where the process ends; nothing of it goes on after that. */
export class Killed extends Error {}

/** The flows over memory and an emulated Klarna; every port call is a step, before or after which the process can be killed. */
export type FlowHouse = {
  ports: TaskPorts;
  klarna: EmulatedKlarna;
  forward: (ms: number) => void;
  /** The process dies at this step, counted from now, before it happens or after; undefined lets it live. */
  killAt: (step: number | undefined, when?: 'before' | 'after') => void;
  /** A new process over the same data. */
  restart: () => void;
  /** How many steps were taken since `killAt`. */
  steps: () => number;
  payments: Map<string, Payment>;
  requests: Map<string, string>;
  tokens: Map<string, CustomerToken>;
};

export async function startFlowHouse(): Promise<FlowHouse> {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const klarna = await startKlarna({ now, pace: 0.001 });
  klarna.control.callbacks({ does: 'lose' });
  let taken = 0;
  let end: { step: number; when: 'before' | 'after' } | undefined;
  let dead = false;
  const live = () => {
    if (dead) throw new Killed('the process has ended');
  };
  const dieIf = (when: 'before' | 'after', at: number) => {
    dead ||= end?.step === at && end.when === when;
    live();
  };
  const step = async <Value>(act: () => Value | Promise<Value>): Promise<Value> => {
    live();
    taken += 1;
    const at = taken;
    dieIf('before', at);
    const value = await act();
    dieIf('after', at);
    return value;
  };
  const stepped = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || name === 'paymentSessionUrl') return member;
        return (...given: unknown[]) => step(() => member.apply(target, given));
      },
    });

  const payments = new Map<string, Payment>();
  const requests = new Map<string, string>();
  const tokens = new Map<string, CustomerToken>();
  const copy = <Value>(value: Value): Value => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
  const talking = klarnaClient({
    accounts: { default: { region: 'eu', environment: 'playground', username: 'u', password: 'p' } },
    apiUrl: klarna.url,
    now,
    pause: async () => undefined,
  });
  const name = ({ payment, id }: { payment: PaymentId; id: string }) => `${payment}/${id}`;
  const seal: TaskPorts['sealToken'] = async ({ token, at }) => ({
    sealed: Buffer.from(token).toString('hex'),
    fingerprint: shortHash(token),
    at,
  });
  const open: TaskPorts['openToken'] = async ({ sealed }) => Buffer.from(sealed, 'hex').toString();
  const edges = stepped({
    keepRequest: async (kept: { payment: PaymentId; id: string; body: object }) =>
      requests.set(name(kept), JSON.stringify(kept.body)),
    openRequest: async (kept: { payment: PaymentId; id: string }) =>
      JSON.parse(requests.get(name(kept)) ?? 'null') ?? undefined,
    forgetRequest: async (kept: { payment: PaymentId; id: string }) => requests.delete(name(kept)),
    sealToken: seal,
    sealCustomerToken: seal,
    openToken: open,
    openCustomerToken: open,
  });
  const ports: TaskPorts = {
    ...edges,
    store: stepped({
      find: async (id: PaymentId) => copy(payments.get(id)),
      save: async (payment: Payment) => {
        if ((payments.get(payment.id)?.version ?? 0) !== payment.version)
          return { stale: copy(payments.get(payment.id)) };
        const saved = { ...payment, version: payment.version + 1 };
        payments.set(payment.id, copy(saved));
        return { saved: copy(saved) };
      },
    }),
    tokens: stepped({
      find: async (id: string) => copy(tokens.get(id)),
      save: async (token: CustomerToken) => tokens.set(token.id, copy(token)),
    }),
    klarna: (account) => stepped(talking(account)),
    acknowledged: async (id) => payments.get(id)?.changes.length ?? 0,
    republish: async () => ({ published: 0 }),
    now,
    random: () => 0,
    urls: (payment) => {
      const url = (kind: string) => `http://127.0.0.1:9/${kind}/${payment}`;
      return {
        status_update: url('status_update'),
        authorization: url('authorization'),
        notification: url('notification'),
        push: `${url('push')}?order={order.id}`,
      };
    },
  };
  return {
    ports,
    klarna,
    payments,
    requests,
    tokens,
    forward: (ms) => {
      ahead += ms;
    },
    killAt: (at, when = 'before') => {
      taken = 0;
      end = at === undefined ? undefined : { step: at, when };
    },
    restart: () => {
      dead = false;
      end = undefined;
    },
    steps: () => taken,
  };
}
