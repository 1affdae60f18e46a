import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { ChangeRow } from '../change-row.ts';
import { currentPayment, localControls, type Scene, type StoryRun } from '../story.ts';
import { cart, type StoryFlow } from './cart.ts';
import { operationFinished } from './expected-changes.ts';

const paymentAnswer = z.object({
  payment: z.optional(z.string()),
  redirect_url: z.optional(z.string()),
  references: z.optional(z.object({ order_id: z.optional(z.string()), customer_token_id: z.optional(z.string()) })),
});

/** Creates a payment of 100.00 EUR, or an information request, with its session at Klarna. */
export const createsPayment = (flow: StoryFlow = 'authorize'): Scene => ({
  actor: 'merchant',
  action: flow === 'tokenize' ? 'asks for a customer token' : `creates a payment of 100.00, flow ${flow}`,
  act: async (run) => {
    const response = await run.target.merchant('POST', '/payments', { body: cart(flow), key: randomUUID() });
    return continueWith(run, response);
  },
  answer: 201,
  publishes: [operationFinished(1, 'CREATE', 'session, created')],
});

/** Makes the payment in this answer the current one. */
async function continueWith(run: StoryRun, response: Response): Promise<number> {
  const { payment, redirect_url } = paymentAnswer.parse(await response.json());
  if (payment) run.payments.push(payment);
  if (redirect_url) run.hostedSession = redirect_url.split('/').at(-1) ?? '';
  return response.status;
}

type OperationRequest = {
  route: 'captures' | 'refunds' | 'cancellation' | 'release' | 'extension';
  body?: object;
  /** @default a new one */
  key?: string;
};

/** The expected status of an answer, then the changes that follow. */
type Expected = [answer: number, ...publishes: ChangeRow[]];

export const operates = (
  action: string,
  { route, body = {}, key }: OperationRequest,
  [answer, ...publishes]: Expected,
): Scene => ({
  actor: 'merchant',
  action,
  act: async (run) => {
    const path = `/payments/${currentPayment(run)}/${route}`;
    const response = await run.target.merchant('POST', path, { body, key: key ?? randomUUID() });
    await response.arrayBuffer();
    return response.status;
  },
  answer,
  publishes,
});

const readReferences = async (run: StoryRun) => {
  const response = await run.target.merchant('GET', `/payments/${currentPayment(run)}`);
  return paymentAnswer.parse(await response.json()).references ?? {};
};

/** The Klarna order of the current payment. */
export const readOrderId = async (run: StoryRun): Promise<string> => (await readReferences(run)).order_id ?? '';

/** Charges the customer token of an earlier payment in a new payment of 100.00 EUR. */
export const chargesToken = (initiator: 'customer' | 'merchant', [answer, ...publishes]: Expected): Scene => ({
  actor: 'merchant',
  action: `charges the token, initiated by the ${initiator}`,
  act: async (run) => {
    run.customerToken ||= (await readReferences(run)).customer_token_id ?? '';
    const { order, shipments } = cart();
    const content = { body: { initiator, order, shipments }, key: randomUUID() };
    const path = `/customer-tokens/${run.customerToken}/payments`;
    return continueWith(run, await run.target.merchant('POST', path, content));
  },
  answer,
  publishes,
});

/** Disables the session directly at Klarna, past the relay. */
export const disablesSession = (publishes: ChangeRow[]): Scene => ({
  actor: 'merchant',
  action: 'disables the session at Klarna',
  act: async (run) => {
    const authorization = `Basic ${Buffer.from('any:any').toString('base64')}`;
    const url = `${localControls(run).klarnaUrl}/hpp/v1/sessions/${run.hostedSession}`;
    return (await fetch(url, { method: 'DELETE', headers: { authorization } })).status;
  },
  answer: 204,
  publishes,
});
