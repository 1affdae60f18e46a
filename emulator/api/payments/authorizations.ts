import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { KlarnaProblem, notFound } from '../../problem.ts';
import {
  type EmulatedAuthorization,
  type EmulatedPaymentSession,
  type EmulatorState,
  type FraudStatus,
  hours,
  isPast,
  timeIn,
} from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';

/** Grants an authorization token, which is valid for 60 minutes and for one order. */
export function authorize(
  state: EmulatorState,
  session: EmulatedPaymentSession,
  fraud: FraudStatus,
): EmulatedAuthorization {
  const token = randomUUID();
  const authorization: EmulatedAuthorization = {
    token,
    paymentSession: session.session_id,
    expires_at: timeIn(state, hours),
    fraud,
  };
  state.authorizations.set(token, authorization);
  session.authorization_token = token;
  return authorization;
}

const tokenBody = z.looseObject({
  description: z.string().min(1).max(255),
  intended_use: z.literal('SUBSCRIPTION'),
  locale: z.string(),
  purchase_country: z.string().length(2),
  purchase_currency: z.string().length(3),
});

/** POST /payments/v1/authorizations/{token}/customer-token; only before the order, which consumes the authorization. */
export const purchaseToken: ApiOperation = ({ state, id, body }) => {
  const authorization = authorizationByToken(state, id);
  checkBody(tokenBody, body);
  if (authorization.outcome && !authorization.outcome.problem) throw tokenConsumed();
  const intent = state.sessions.get(authorization.paymentSession)?.body.intent;
  if (intent === 'buy') throw new KlarnaProblem(403, 'NOT_ALLOWED', 'the session does not tokenize');
  const token_id = authorization.customerToken ?? randomUUID();
  authorization.customerToken = token_id;
  if (!state.customerTokens.has(token_id)) state.customerTokens.set(token_id, { token_id, status: 'ACTIVE' });
  return { status: 200, body: { token_id, redirect_url: 'https://credit.klarna.com/redirect' } };
};

/** DELETE /payments/v1/authorizations/{token} */
export const cancelAuthorization: ApiOperation = ({ state, id }) => {
  const { outcome, paymentSession } = authorizationByToken(state, id);
  if (outcome && !outcome.problem) throw tokenConsumed();
  state.authorizations.delete(id);
  const session = state.sessions.get(paymentSession);
  if (session?.authorization_token === id) session.authorization_token = undefined;
  return { status: 204 };
};

export const tokenConsumed = () => new KlarnaProblem(403, 'INVALID_OPERATION', 'authorization token already consumed');

export function authorizationByToken(state: EmulatorState, token: string): EmulatedAuthorization {
  const authorization = state.authorizations.get(token);
  if (!authorization || isPast(state, authorization.expires_at)) throw notFound('authorization token');
  return authorization;
}
