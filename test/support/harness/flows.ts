import { afterAll, expect } from 'vitest';
import { type ChargeResult, charge } from '../../../lambdas/flows/charge.ts';
import { type CreatePaymentResult, createPayment } from '../../../lambdas/flows/create-payment.ts';
import { type OperateResult, operate } from '../../../lambdas/flows/operate.ts';
import { runTasks, type TaskPorts, type TaskRun } from '../../../lambdas/flows/tasks/run-tasks.ts';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import type { CustomerToken } from '../../../lambdas/payment/customer-token.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { acceptedCharge, acceptedSession } from '../builders/merchant-bodies.ts';
import { paymentIdOf } from '../builders/reports.ts';
import { type FlowMemory, startFlowMemory } from './flow-memory.ts';

type Flow = 'authorize' | 'tokenize' | 'buy_and_tokenize';
type Operation = Pick<Parameters<typeof operate>[1], 'kind' | 'key' | 'request'>;
type Charge = { payment: PaymentId; buyer: PaymentId; initiator?: 'customer' | 'merchant'; more?: object };

/** The flows over memory, and what a merchant, a shopper and time do to them. */
export type Flows = FlowMemory & {
  /** A payment id that no other test of the file uses. */
  newPayment: () => PaymentId;
  /** The merchant creates a payment; `more` replaces fields of the request, `ports` some of the ports. */
  create: (payment: PaymentId, flow: Flow, more?: object, ports?: Partial<TaskPorts>) => Promise<CreatePaymentResult>;
  shopper: (id: PaymentId, does?: Parameters<FlowMemory['klarna']['control']['shopper']>[1]) => void;
  /** Runs the tasks that are due now; `ports` replaces some of the ports. */
  run: (id: PaymentId, ports?: Partial<TaskPorts>) => Promise<TaskRun>;
  /** Time passes, and the tasks that are due run every two minutes. */
  pass: (id: PaymentId, ms: number) => Promise<void>;
  /** A payment whose order Klarna has placed. */
  ordered: (flow?: Flow) => Promise<PaymentId>;
  operate: (payment: PaymentId, operation: Operation, ports?: Partial<TaskPorts>) => Promise<OperateResult>;
  /** Charges the customer token that `buyer` made. */
  charge: (charge: Charge, ports?: Partial<TaskPorts>) => Promise<ChargeResult>;
  payment: (id: PaymentId) => Payment;
  tokenOf: (buyer: PaymentId) => CustomerToken;
  /** The orders that Klarna has of this payment. */
  orders: (id: PaymentId) => ReturnType<FlowMemory['klarna']['control']['orders']>;
  /** The names of this payment's kept requests. */
  keptRequests: (id: PaymentId) => string[];
};

/** Starts the flows for the tests of one file; `prefix` begins its payment ids. */
export async function startFlows(prefix: string): Promise<Flows> {
  const memory = await startFlowMemory();
  const { ports, klarna, payments, requests, tokens, forward } = memory;
  afterAll(() => klarna.stop());
  let count = 0;
  const flows: Flows = {
    ...memory,
    newPayment: () => paymentIdOf(`${prefix}-${++count}`),
    create: (payment, flow, more = {}, replaced = {}) =>
      createPayment(
        { ...ports, ...replaced },
        { payment, session: acceptedSession({ flow, ...more }), flow, fingerprint: JSON.stringify(more) },
      ),
    shopper: (id, does = 'approve') => {
      const session = payments.get(id)?.redirect_url?.split('/').at(-1) ?? '';
      klarna.control.shopper(session, does);
    },
    run: (id, replaced = {}) => runTasks({ ...ports, ...replaced }, id),
    pass: async (id, ms) => {
      for (let passed = 0; passed < ms; passed += 2 * minutes) {
        forward(2 * minutes);
        await runTasks(ports, id);
      }
    },
    ordered: async (flow = 'buy_and_tokenize') => {
      const id = flows.newPayment();
      await flows.create(id, flow);
      flows.shopper(id);
      await flows.pass(id, 6 * minutes);
      return id;
    },
    operate: (payment, operation, replaced = {}) =>
      operate({ ...ports, ...replaced }, { payment, ...operation, fingerprint: JSON.stringify(operation.request) }),
    charge: ({ payment, buyer, initiator = 'merchant', more = {} }, replaced = {}) =>
      charge(
        { ...ports, ...replaced },
        {
          payment,
          token: flows.tokenOf(buyer),
          request: acceptedCharge(initiator, more),
          fingerprint: JSON.stringify(more),
        },
      ),
    payment: (id) => payments.get(id) ?? expect.fail(`${id} is not kept`),
    tokenOf: (buyer) => [...tokens.values()].find((each) => each.payment === buyer) ?? expect.fail('no token'),
    orders: (id) => klarna.control.orders().filter(({ purchase }) => purchase.merchant_reference2 === id),
    keptRequests: (id) => [...requests.keys()].filter((name) => name.startsWith(`${id}/`)),
  };
  return flows;
}
