import * as z from 'zod';
import type { Attempt, Callbacks, Mishap } from './callbacks.ts';
import type { Logged } from './core.ts';
import { hostedDocument } from './api/hosted-sessions.ts';
import { type Answering, answering, type arrangedAnswers } from './mishaps.ts';
import { KlarnaProblem, notFound } from './problem.ts';
import { type Behaviour, behave, behaviours, decide, standing } from './shopper.ts';
import type { Answer, State } from './state.ts';

type Wires = {
  state: State;
  callbacks: Callbacks;
  log: () => (Logged | Attempt)[];
  arranged: ReturnType<typeof arrangedAnswers>;
};

export type Controls = ReturnType<typeof control>;

const shopperBody = z.strictObject({ does: z.enum(behaviours) });
const riskBody = z.strictObject({ decides: z.enum(['accept', 'reject', 'stop']) });
const callbacksBody = z.strictObject({
  kinds: z.array(z.enum(['status_update', 'authorization', 'notification', 'push'])).optional(),
  session: z.string().optional(),
  does: z.enum(['usual', 'lose', 'double', 'delay', 'reorder', 'empty', 'send']),
  ms: z.number().optional(),
});
const tokenBody = z.strictObject({
  does: z.enum(['suspend', 'cancel', 'fail', 'remove', 'restore']),
  error_code: z.string().default('UNAVAILABLE_PAYMENT_METHOD'),
});

/** What is not Klarna's API: the shopper, the risk team, and everything that can go wrong. */
export function control({ state, callbacks, log, arranged }: Wires) {
  const controls = {
    shopper: (session: string, does: Behaviour) => behave({ state, callbacks }, session, does),
    risk: (order: string, decides: 'accept' | 'reject' | 'stop') => decide({ state, callbacks }, order, decides),
    answers: (next: z.input<typeof answering>[]) => arranged.arrange(next.map((each) => answering.parse(each))),
    /** `send` puts everything in order again. */
    callbacks: ({ does, ...rest }: Omit<Mishap, 'does'> & { does: Mishap['does'] | 'send' }) =>
      callbacks.misbehave(does === 'send' ? undefined : { ...rest, does }),
    token: (id: string, does: z.infer<typeof tokenBody>['does'], code = 'UNAVAILABLE_PAYMENT_METHOD') =>
      token(state, id, { does, code }),
    removeOrder: (id: string) => state.orders.delete(id),
    orders: () => [...state.orders.values()],
    sessions: () => [...state.hosted.values()],
    customerTokens: () => [...state.customerTokens.values()],
    authorizations: () => [...state.authorizations.values()],
  };
  return {
    ...controls,
    http: (method: string, path: string, text: string) =>
      served({ controls, state, log, arranged }, { method, path, text }),
  };
}

function token(
  state: State,
  id: string,
  { does, code }: { does: z.infer<typeof tokenBody>['does']; code: string },
): void {
  const found = customerToken(state, id);
  if (!found) throw notFound('customer token');
  if (does === 'remove') state.customerTokens.delete(found.token_id);
  if (does === 'suspend') found.status = 'SUSPENDED';
  if (does === 'cancel') found.status = 'CANCELLED';
  if (does === 'restore') found.status = 'ACTIVE';
  found.fails = does === 'fail' ? code : undefined;
}

/** By its id, or by the hosted session whose shopper granted it. */
function customerToken({ customerTokens, authorizations, hosted }: State, id: string) {
  const session = hosted.get(id)?.paymentSession;
  const granted = [...authorizations.values()].find((each) => each.customerToken && each.paymentSession === session);
  return customerTokens.get(granted?.customerToken ?? id);
}

type Served = Pick<Wires, 'state' | 'log' | 'arranged'> & { controls: Omit<Controls, 'http'> };
type Request = { method: string; path: string; text: string };

/** The same over HTTP. */
function served(wires: Served, request: Request): Answer {
  try {
    return { status: 200, body: door(wires, request) ?? {} };
  } catch (error) {
    if (error instanceof KlarnaProblem)
      return { status: error.status, body: { error_code: error.code, error_messages: [error.message] } };
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { status: 400, body: { error_code: 'BAD_REQUEST', error_messages: [reason] } };
  }
}

function door({ controls, state, log, arranged }: Served, { method, path, text }: Request): object | undefined {
  const [, area, what = '', id = ''] = path.split('/');
  const body = (): unknown => JSON.parse(text);
  const doors: Record<string, () => unknown> = {
    'POST /shopper': () => controls.shopper(what, shopperBody.parse(body()).does),
    'GET /shopper': () => {
      const session = state.hosted.get(what) ?? raise();
      return { ...hostedDocument(session), ...standing(session) };
    },
    'POST /control/risk': () => controls.risk(id, riskBody.parse(body()).decides),
    'POST /control/answers': () => controls.answers(z.array(answering).parse(body()) as Answering[]),
    'DELETE /control/answers': () => arranged.clear(),
    'POST /control/callbacks': () => controls.callbacks(callbacksBody.parse(body()) as Mishap),
    'POST /control/tokens': () => {
      const { does, error_code } = tokenBody.parse(body());
      controls.token(id, does, error_code);
    },
    'DELETE /control/orders': () => void controls.removeOrder(id),
    'GET /control/orders': () => ({ orders: controls.orders() }),
    'GET /control/sessions': () => ({ sessions: controls.sessions() }),
    'GET /control/log': () => ({ log: log() }),
  };
  const name = area === 'shopper' ? `${method} /shopper` : `${method} /control/${what}`;
  const open = doors[name];
  if (!open) throw notFound('door');
  const told = open();
  return typeof told === 'object' && told !== null ? told : undefined;
}

function raise(): never {
  throw notFound('payment session');
}
