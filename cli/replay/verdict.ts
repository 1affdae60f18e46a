import { paymentId } from '../../lambdas/payment/payment-id.ts';
import * as z from 'zod/mini';

import type { DeadLetter } from './dead-letters.ts';
import type { Range } from './missed-events.ts';
import type { Missed } from './resend.ts';

/**
 * What a dead letter is about and what is to be done with it. Whatever is published again comes from the payments and goes out
 * under its old ids, so it is safe; what cannot be understood is left where it is.
 */
export type Verdict = { cause: string; safe: string } & (
  | { does: 'republish'; missed: Missed }
  | { does: 'republish'; range: Range }
  | { does: 'forget' }
  | { does: 'keep' }
);

export function verdictOn(letter: DeadLetter): Verdict {
  if (letter.queue === 'MissedWakeUps') return wakeUp(letter);
  const verdict = letter.queue === 'Discarded' ? discarded(letter) : undeliverable(letter);
  return verdict ?? { cause: 'not a message that the relay knows', safe: 'no: look at it by hand', does: 'keep' };
}

const instant = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))));

/** Lambda's message on a batch of a stream that it gave up. */
const discardedBatch = z.object({
  requestContext: z.object({ condition: z.string() }),
  timestamp: instant,
  DDBStreamBatchInfo: z.object({
    batchSize: z.number(),
    approximateArrivalOfFirstRecord: z.optional(instant),
    approximateArrivalOfLastRecord: z.optional(instant),
  }),
});

const minute = 60_000;

/** The relay learns of a change before the stream has its row: by seconds, or by the minutes that clocks are apart. */
const before = 5 * minute;
const after = minute;

/** A stream forgets after a day: no row was older when it was given up. */
const longest = 24 * 60 * minute;

function discarded({ body }: DeadLetter): Verdict | undefined {
  const parsed = discardedBatch.safeParse(json(body));
  if (!parsed.success) return undefined;
  const { requestContext, timestamp, DDBStreamBatchInfo: batch } = parsed.data;
  const ended = Date.parse(timestamp);
  const first = batch.approximateArrivalOfFirstRecord;
  const last = batch.approximateArrivalOfLastRecord;
  return {
    cause: `${requestContext.condition}: ${batch.batchSize} rows of the stream were given up`,
    safe: 'yes: the payments hold their changes',
    does: 'republish',
    range: {
      since: new Date((first ? Date.parse(first) : ended - longest) - before).toISOString(),
      until: new Date((last ? Date.parse(last) : ended) + after).toISOString(),
    },
  };
}

const ourEvent = z.object({
  source: z.literal('klarna-relay'),
  detail: z.object({ paymentId: z.string(), sequence: z.int().check(z.gte(1)) }),
});

/** An event that the bus took and could not process; EventBridge says why beside it. */
function undeliverable({ body, attributes }: DeadLetter): Verdict | undefined {
  const parsed = ourEvent.safeParse(json(body));
  const payment = parsed.success ? paymentId(parsed.data.detail.paymentId) : undefined;
  if (!parsed.success || !payment) return undefined;
  const { ERROR_CODE = 'no reason given', ERROR_MESSAGE } = attributes;
  return {
    cause: ERROR_MESSAGE ? `${ERROR_CODE}: ${ERROR_MESSAGE}` : ERROR_CODE,
    safe: 'yes: it goes out under the same id',
    does: 'republish',
    missed: { payment, from: parsed.data.detail.sequence },
  };
}

/** Of Lambda or of the scheduler: the next wake-up finds the same payments. */
function wakeUp({ body, attributes }: DeadLetter): Verdict {
  const parsed = z.object({ requestContext: z.object({ condition: z.string() }) }).safeParse(json(body));
  const cause = parsed.success ? parsed.data.requestContext.condition : (attributes.ERROR_CODE ?? 'no reason given');
  return { cause, safe: 'needs nothing: the next wake-up, a minute later, found the same payments', does: 'forget' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
