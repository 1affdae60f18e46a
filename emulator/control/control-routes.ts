import * as z from 'zod';
import { hostedDocument } from '../api/hosted-page/hosted-document.ts';
import type { Mishap } from '../callbacks/mishaps.ts';
import type { EmulatorLogEntry } from '../log.ts';
import { KlarnaProblem, notFound } from '../problem.ts';
import { arrangement } from '../requests/arranged-answers.ts';
import { errorAnswer } from '../requests/error-answers.ts';
import { behaviours, progressOf } from '../shopper/behaviours.ts';
import { riskDecisions } from '../shopper/risk.ts';
import type { EmulatorState, KlarnaAnswer } from '../state.ts';
import type { EmulatorControls } from './controls.ts';
import { tokenChanges } from './token-changes.ts';

const shopperBody = z.strictObject({ does: z.enum(behaviours) });
const riskBody = z.strictObject({ decides: z.enum(riskDecisions) });
const callbacksBody = z.strictObject({
  kinds: z.array(z.enum(['status_update', 'authorization', 'notification', 'push'])).optional(),
  session: z.string().optional(),
  does: z.enum(['usual', 'lose', 'double', 'delay', 'reorder', 'empty', 'send']),
  ms: z.number().optional(),
});
const tokenBody = z.strictObject({ does: z.enum(tokenChanges), error_code: z.string().optional() });

type Routed = {
  controls: EmulatorControls;
  state: EmulatorState;
  log: () => readonly EmulatorLogEntry[];
};
type ControlRequest = { method: string; path: string; text: string };

/** The controls over HTTP, under /shopper and /control. */
export const controlRoutes =
  (routed: Routed) =>
  (request: ControlRequest): KlarnaAnswer => {
    try {
      return { status: 200, body: answerBody(routed, request) ?? {} };
    } catch (error) {
      if (error instanceof KlarnaProblem) return errorAnswer(error);
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      return { status: 400, body: { error_code: 'BAD_REQUEST', error_messages: [reason] } };
    }
  };

function answerBody(routed: Routed, { method, path, text }: ControlRequest): object | undefined {
  const { controls, state, log } = routed;
  const [, area, name = '', id = ''] = path.split('/');
  const body = (): unknown => JSON.parse(text);
  const routes: Record<string, () => unknown> = {
    'POST /shopper': () => controls.shopper(name, shopperBody.parse(body()).does),
    'GET /shopper': () => {
      const session = state.hosted.get(name);
      if (!session) throw notFound('payment session');
      return { ...hostedDocument(session), ...progressOf(session) };
    },
    'POST /control/risk': () => controls.risk(id, riskBody.parse(body()).decides),
    'POST /control/answers': () => controls.answers(z.array(arrangement).parse(body())),
    'DELETE /control/answers': () => controls.clearAnswers(),
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
  const route = routes[area === 'shopper' ? `${method} /shopper` : `${method} /control/${name}`];
  if (!route) throw notFound('route');
  const answer = route();
  return typeof answer === 'object' && answer !== null ? answer : undefined;
}
