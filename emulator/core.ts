import { klarnaCallbacks } from './callbacks/callbacks.ts';
import type { CallbackTransport } from './callbacks/transport.ts';
import { controlRoutes } from './control/control-routes.ts';
import { emulatorControls } from './control/controls.ts';
import type { EmulatorLogEntry, LoggedRequest } from './log.ts';
import { KlarnaProblem } from './problem.ts';
import { admit, type BasicCredentials } from './requests/admission.ts';
import { answerAsArranged, arrangedAnswers } from './requests/arranged-answers.ts';
import { answerOrError, errorAnswer, withCorrelationId } from './requests/error-answers.ts';
import { answerOnce } from './requests/idempotency.ts';
import { merchantReference } from './requests/merchant-reference.ts';
import { noLimits, playgroundLimits, rateLimiter } from './requests/rate-limit.ts';
import { type EmulatorRequest, jsonBody, klarnaIdempotencyKey } from './requests/request.ts';
import { emptyState, type KlarnaAnswer } from './state.ts';

export type CoreOptions = {
  now: () => Date;
  transport: CallbackTransport;
  /** The base URL of the emulator's pages. */
  url: () => string;
  /** @default any username and password */
  credentials?: BasicCredentials;
  /** @default none */
  limits?: 'playground' | 'none';
  /** Called with each log entry as it is written, and with each action of a shopper. */
  watch?: (entry: EmulatorLogEntry) => void;
};

/** The emulator without HTTP: it answers each request in the same turn and sends callbacks through `transport`. */
export function emulatorCore({ now, transport, url, credentials, limits, watch }: CoreOptions) {
  const state = emptyState(now);
  const log: EmulatorLogEntry[] = [];
  const record = (entry: EmulatorLogEntry) => {
    log.push(entry);
    watch?.(entry);
  };
  const callbacks = klarnaCallbacks({ state, transport, log: record });
  const arranged = arrangedAnswers();
  const controls = emulatorControls({ state, callbacks, arranged });
  const controlRoute = controlRoutes({ controls, state, log: () => log });
  const limit = rateLimiter(limits === 'playground' ? playgroundLimits : noLimits, now);

  const klarnaAnswer = (request: EmulatorRequest): KlarnaAnswer => {
    const { route, id, part } = admit(request, credentials);
    const { headers, isTooMany } = limit(route);
    if (isTooMany) return { ...errorAnswer(new KlarnaProblem(429, 'TOO_MANY_REQUESTS', 'Too many requests')), headers };
    const call = { state, callbacks, page: url(), id, part, body: jsonBody(request) };
    const answer = answerOnce(state, route, { key: klarnaIdempotencyKey(request), answer: () => route.answer(call) });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  };

  const entryOf = (request: EmulatorRequest): Omit<LoggedRequest, 'status'> => {
    const { method, path } = request;
    const body = jsonBody(request);
    const reference = watch && merchantReference(state, { path, body });
    return { method, path, key: klarnaIdempotencyKey(request), body, reference, at: now().toISOString() };
  };

  /** Answers a request to Klarna's API; `none` closes the connection. */
  const answer = (request: EmulatorRequest): KlarnaAnswer | 'none' => {
    const entry = entryOf(request);
    const given = answerAsArranged(arranged.next(request.method, request.path), () =>
      answerOrError(() => klarnaAnswer(request)),
    );
    record({ ...entry, status: given === 'none' ? given : given.status });
    return given === 'none' ? given : withCorrelationId(given);
  };

  /** Answers a request to /shopper or /control, which the real Klarna does not have. */
  const answerControl = (request: EmulatorRequest): KlarnaAnswer => {
    const entry = entryOf(request); // taken first: the request may remove what it refers to
    const given = controlRoute(request);
    if (request.method === 'POST' && entry.reference) watch?.({ ...entry, status: given.status });
    return withCorrelationId(given);
  };

  return { answer, answerControl, state, controls, callbacks, log: () => log };
}
