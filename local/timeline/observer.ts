import * as z from 'zod/mini';
import type { CallbackAttempt } from '../../emulator/callbacks/outgoing-callback.ts';
import type { EmulatorLogEntry, LoggedRequest } from '../../emulator/log.ts';
import { paymentOf } from '../../stories/change-row.ts';
import type { BusEvent } from '../../stories/bus-event.ts';
import type { StreamRecord } from '../cloud/dynamodb/records.ts';
import type { Answered, Asked } from '../gateway/api.ts';
import { callbackCurl, requestCurl } from './curl.ts';
import type { Journal } from './entries.ts';
import { hidden, redacted } from './redact.ts';
import { type Verdict, whyOf } from './why.ts';
import { noteWrite, paymentIn } from './writes.ts';

type Where = { base: string; klarna: string };

/** Writes the journal from what the parts of the local run let be seen. */
export function observer(journal: Journal, where: Where) {
  const verdicts: Line[] = [];
  return {
    /** Lines of the functions' log: the verdict on a callback comes just before its answer. */
    line: (text: string) => {
      for (const line of text.split('\n').flatMap(parsed)) {
        if (line.kind && line.payment) verdicts.push(line);
        else if (line.message === 'duty') duty(journal, line);
      }
      verdicts.splice(0, verdicts.length - 100);
    },
    answered: (answered: Answered, asked: Asked) => {
      const { kind, payment } = asked.parameters;
      if (!answered.route.includes('/callbacks/')) return merchant({ journal, where, answered, asked });
      const index = verdicts.findIndex((line) => line.kind === kind && line.payment === payment);
      const [verdict] = index < 0 ? [] : verdicts.splice(index, 1);
      callback({ journal, where, answered, asked, verdict });
    },
    record: ({ dynamodb }: StreamRecord) => {
      const after = paymentIn(dynamodb.NewImage);
      if (after) noteWrite(journal, paymentIn(dynamodb.OldImage), after);
    },
    event: (event: BusEvent) => {
      if (change.safeParse(event.detail).success) published(journal, event); // anything may be put on a bus
    },
    klarna: (logged: EmulatorLogEntry) => ('method' in logged ? asked(journal, where, logged) : lost(journal, logged)),
  };
}

export type Observer = ReturnType<typeof observer>;

const line = z.object({
  message: z.string(),
  kind: z.optional(z.string()),
  payment: z.optional(z.string()),
  outcome: z.optional(z.string()),
  understood: z.optional(z.string()),
  word: z.optional(z.string()),
  sequence: z.optional(z.number()),
  reason: z.optional(z.string()),
  did: z.optional(z.string()),
  failed: z.optional(z.string()),
});
type Line = z.infer<typeof line>;

function parsed(text: string): Line[] {
  try {
    return [line.parse(JSON.parse(text))];
  } catch {
    return []; // a stack trace, or the empty end of a chunk
  }
}

type Call = { journal: Journal; where: Where; answered: Answered; asked: Asked };

function callback({ journal, where, answered, asked, verdict }: Call & { verdict: Verdict | undefined }): void {
  const { kind = '', payment = '' } = asked.parameters;
  const body = redacted(asked.body.toString());
  const { tone, why } = whyOf(answered.status, verdict, journal.held(payment)?.session);
  const result = answered.status === 200 ? (verdict?.outcome ?? 'taken') : String(answered.status);
  journal.note(
    {
      at: began(journal, asked),
      payment,
      from: 'klarna',
      to: 'relay',
      title: verdict?.word ? `${kind} ${verdict.word}` : kind,
      result,
      tone,
      why,
      detail: {
        proof: answered.status === 401 ? 'none' : 'secret in the URL',
        answered: answered.status,
        ...verdict,
        body,
      },
      curl: callbackCurl(where.base, { kind, payment, body }),
    },
    { kind, payment, query: asked.query, body: asked.body },
  );
}

const began = ({ now }: Journal, { took }: Asked) => new Date(now().getTime() - took).toISOString();

/** What the shop's backend asked for; that a page asks for the status every second is no news. */
function merchant({ journal, where, answered, asked }: Call): void {
  const [method = '', path = ''] = answered.route.split(' ');
  if (method === 'GET' || answered.route === 'none') return;
  const told = redacted(answered.text);
  const made = z.object({ payment: z.optional(z.string()), pspStatus: z.optional(z.string()) }).safeParse(told).data;
  const payment = asked.parameters.payment ?? made?.payment;
  if (!payment) return;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'token' ? hidden : (asked.parameters[name] ?? ''),
  );
  const body = redacted(asked.body.toString());
  journal.note({
    at: began(journal, asked),
    payment,
    from: 'shop',
    to: 'relay',
    title: `${method} ${path.replace('{payment}', '…')}`,
    result: [answered.status, made?.pspStatus].join(' ').trim(),
    tone: answered.status < 300 ? 'good' : 'bad',
    why: answered.status < 300 ? undefined : 'Refused: the answer names the field, or what Klarna said.',
    detail: { asked: body, answered: told },
    curl: requestCurl({ method, url: `${where.base}${address}`, key: asked.key, body }),
  });
}

/** A call of the relay to Klarna's API, or what a shopper did on its page. */
function asked(
  journal: Journal,
  where: Where,
  { method, path, status, key, body, reference, at }: LoggedRequest,
): void {
  if (!reference) return;
  const shopper = path.startsWith('/shopper');
  const open = path.replace(/(authorizations|tokens)\/[^/]+/, `$1/${hidden}`);
  const text = redacted(body === undefined ? '' : JSON.stringify(body));
  const does = z.object({ does: z.string() }).safeParse(body).data?.does ?? '';
  const fails = typeof status !== 'number' || status >= 400;
  journal.note({
    at,
    payment: reference,
    from: shopper ? 'shop' : 'relay',
    to: 'klarna',
    title: shopper ? `the shopper: ${does.replaceAll('_', ' ')}` : `${method} ${shortened(open)}`,
    result: String(status === 'none' ? 'no answer' : status),
    tone: fails ? 'bad' : 'plain',
    why: whyKlarna(status),
    detail: { path: open, ...(key && { 'klarna-idempotency-key': key }), body: text },
    curl: shopper
      ? undefined
      : requestCurl({ method, url: `${where.klarna}${open}`, user: '$KLARNA', key, body: text }),
  });
}

function whyKlarna(status: LoggedRequest['status']): string | undefined {
  if (status === 'none')
    return 'Klarna hung up. What it did is not known: the same idempotency key makes asking again safe.';
  if (status === 429) return 'Too many requests: asked again when the limit is reset.';
  if (status >= 500) return 'Klarna is not available: asked again after a pause, and by duty later.';
  return status >= 400 ? "Klarna's refusal; it comes out normalised through the status table." : undefined;
}

/** Ids make a line long; the detail has them. */
const shortened = (path: string) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => `${id.slice(0, 4)}…`);

/** A callback that Klarna sent and that never came: nobody but this emulated Klarna knows. */
function lost(journal: Journal, { callback, url, attempt, status, at }: CallbackAttempt): void {
  if (attempt > 0 && status !== 'none') return; // it arrived: the relay's own line tells more
  const payment = URL.parse(url)?.pathname.split('/')[3] ?? '';
  journal.note({
    at,
    payment,
    from: 'klarna',
    to: 'relay',
    title: callback,
    result: 'lost',
    tone: 'bad',
    why: 'Klarna sent it, the relay never got it. Nothing is lost by that: duty reads what it would have told.',
    detail: { attempt },
  });
}

function published(journal: Journal, event: BusEvent): void {
  const { sequence, pspStatus, state, code, stage, observedVia, operation, attention } = change.parse(event.detail);
  const moved = stage.from === stage.to ? '' : ` → ${stage.to}`;
  const isRead = observedVia.endsWith('_read');
  journal.note({
    payment: paymentOf(event),
    from: 'table',
    to: 'bus',
    title: `#${sequence} ${operation?.kind ?? attention?.reason ?? pspStatus}${moved}`,
    result: operation ? pspStatus : state,
    tone: state === 'ERROR' || attention ? 'warn' : 'good',
    why: `${event['detail-type']}, ${state}/${code}. ${isRead ? readBack : learned(observedVia)}`,
    speaks: isRead,
    detail: event.detail,
  });
}

const change = z.object({
  sequence: z.number(),
  pspStatus: z.string(),
  state: z.string(),
  code: z.string(),
  stage: z.object({ from: z.string(), to: z.string() }),
  observedVia: z.string(),
  operation: z.optional(z.object({ kind: z.string() })),
  attention: z.optional(z.object({ reason: z.string() })),
});

const readBack = 'Learned by reading Klarna: no callback is believed for it, or none came.';
const ours: Record<string, string> = {
  operation: "Klarna's answer to what was asked of it.",
  clock: 'Our own clock says so: nothing moved, and something should.',
};
const learned = (via: string) => ours[via] ?? `Learned from the callback ${via}.`;

function duty(journal: Journal, { payment = '', did, failed, reason }: Line): void {
  journal.note({
    payment,
    from: 'relay',
    to: 'relay',
    title: `duty: ${failed ?? did}`,
    result: failed ? 'put off' : 'done',
    tone: failed ? 'warn' : 'good',
    why: failed ? `It did not work (${reason ?? 'no reason given'}) and comes again after a pause.` : undefined,
  });
}
