import type { CallbackAttempt } from '../../emulator/callbacks/outgoing-callback.ts';
import type { ApiAnswer, ApiRequest } from '../gateway/api.ts';
import { explainCallback } from './callback-outcomes.ts';
import { callbackCurl } from './curl.ts';
import type { Timeline } from './entries.ts';
import type { FunctionLog } from './function-log.ts';
import { redact } from './redact.ts';
import { requestTime } from './request-entries.ts';

/** Adds a callback that the relay has answered; `log` is its log entry. */
export function addCallback(
  timeline: Timeline,
  {
    base,
    answer,
    request,
    log,
  }: { base: string; answer: ApiAnswer; request: ApiRequest; log: FunctionLog | undefined },
): void {
  const { kind = '', payment = '' } = request.parameters;
  const body = redact(request.body.toString());
  const { tone, why } = explainCallback(answer.status, log, timeline.paymentCalled(payment)?.session);
  const result = answer.status === 200 ? (log?.outcome ?? 'accepted') : String(answer.status);
  const proof = answer.status === 401 ? 'none' : 'secret in the URL';
  timeline.add(
    {
      at: requestTime(timeline, request),
      payment,
      from: 'klarna',
      to: 'relay',
      title: log?.word ? `${kind} ${log.word}` : kind,
      result,
      tone,
      why,
      detail: { proof, status: answer.status, log, body },
      curl: callbackCurl(base, { kind, payment, body }),
    },
    { kind, payment, query: request.query, body: request.body },
  );
}

/** Adds a callback that never arrived: only the emulated Klarna knows of it. */
export function addLostCallback(timeline: Timeline, { callback, url, attempt, status, at }: CallbackAttempt): void {
  if (attempt > 0 && status !== 'none') return; // it arrived: the relay's answer makes the entry
  const payment = URL.parse(url)?.pathname.split('/')[3] ?? '';
  timeline.add({
    at,
    payment,
    from: 'klarna',
    to: 'relay',
    title: callback,
    result: 'lost',
    tone: 'bad',
    why: 'Klarna sent it, but the relay never got it. Nothing is missed: a due task reads the payment from Klarna.',
    detail: { attempt },
  });
}
