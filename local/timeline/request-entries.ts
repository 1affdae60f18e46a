import * as z from 'zod/mini';
import type { LoggedRequest } from '../../emulator/log.ts';
import type { ApiAnswer, ApiRequest } from '../gateway/api.ts';
import { requestCurl } from './curl.ts';
import type { Timeline } from './entries.ts';
import { hidden, redact } from './redact.ts';

/** The time of a request that was answered just now. */
export const requestTime = ({ now }: Timeline, { took }: ApiRequest) => new Date(now().getTime() - took).toISOString();

const merchantAnswer = z.object({ payment: z.optional(z.string()), psp_status: z.optional(z.string()) });

/** Adds a request of the shop's backend. Reads are left out: a return page reads the status every second. */
export function addMerchantRequest(
  timeline: Timeline,
  { base, answer, request }: { base: string; answer: ApiAnswer; request: ApiRequest },
): void {
  const [method = '', path = ''] = answer.route.split(' ');
  if (method === 'GET' || answer.route === 'none') return;
  const answerBody = redact(answer.text);
  const fields = merchantAnswer.safeParse(answerBody).data;
  const payment = request.parameters.payment ?? fields?.payment;
  if (!payment) return;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'token' ? hidden : (request.parameters[name] ?? ''),
  );
  const body = redact(request.body.toString());
  const succeeded = answer.status < 300;
  timeline.add({
    at: requestTime(timeline, request),
    payment,
    from: 'shop',
    to: 'relay',
    title: `${method} ${path.replace('{payment}', '…')}`,
    result: [answer.status, fields?.psp_status].join(' ').trim(),
    tone: succeeded ? 'good' : 'bad',
    why: succeeded ? undefined : 'Refused. Open this entry to read the reason.',
    detail: { request: body, answer: answerBody },
    curl: requestCurl({ method, url: `${base}${address}`, key: request.idempotencyKey, body }),
  });
}

/** Adds a call of the relay to Klarna's API, or a step of the shopper on Klarna's page. */
export function addKlarnaRequest(timeline: Timeline, klarnaUrl: string, logged: LoggedRequest): void {
  const { method, path, status, key, body, reference, at } = logged;
  if (!reference) return;
  const byShopper = path.startsWith('/shopper');
  const publicPath = path.replace(/(authorizations|tokens)\/[^/]+/, `$1/${hidden}`);
  const publicBody = redact(body === undefined ? '' : JSON.stringify(body));
  const step = z.object({ does: z.string() }).safeParse(body).data?.does ?? '';
  const failed = typeof status !== 'number' || status >= 400;
  timeline.add({
    at,
    payment: reference,
    from: byShopper ? 'shop' : 'relay',
    to: 'klarna',
    title: byShopper ? `shopper: ${step.replaceAll('_', ' ')}` : `${method} ${withShortIds(publicPath)}`,
    result: String(status === 'none' ? 'no answer' : status),
    tone: failed ? 'bad' : 'plain',
    why: explainStatus(status),
    detail: { path: publicPath, ...(key && { 'klarna-idempotency-key': key }), body: publicBody },
    curl: byShopper
      ? undefined
      : requestCurl({ method, url: `${klarnaUrl}${publicPath}`, user: '$KLARNA', key, body: publicBody }),
  });
}

function explainStatus(status: LoggedRequest['status']): string | undefined {
  if (status === 'none')
    return 'No answer came. Klarna may have done it all the same; repeating it with the same idempotency key is safe.';
  if (status === 429) return "Too many requests: repeated when Klarna's rate limit allows it.";
  if (status >= 500) return 'Klarna is not available: repeated after a pause, and later by a due task.';
  return status >= 400 ? 'Klarna refused. The status table gives the meaning of its error code.' : undefined;
}

/** Full ids would make the title too long; the detail has them. */
const withShortIds = (path: string) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => `${id.slice(0, 4)}…`);
