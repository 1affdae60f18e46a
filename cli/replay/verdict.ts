import * as z from 'zod/mini';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Period } from './missed-events.ts';
import type { ReplayStart } from './replay-payments.ts';

/**
 * Why a dead letter is in its queue, whether it is safe to publish again, and the action to take. Changes are published
 * from the payments under their old ids, so that is safe. A message that cannot be understood stays in its queue.
 */
export type Verdict = { cause: string; safe: string } & (
  | { action: 'republish'; start: ReplayStart }
  | { action: 'republish'; period: Period }
  | { action: 'delete' }
  | { action: 'keep' }
);

export function verdictOn(letter: DeadLetter): Verdict {
  if (letter.queue === 'MissedWakeUps') return missedWakeUp(letter);
  const verdict = letter.queue === 'Discarded' ? discardedRecords(letter) : undeliverableEvent(letter);
  return verdict ?? { cause: 'not a message of the relay', safe: 'no: inspect it by hand', action: 'keep' };
}

const instant = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))));

/** Lambda's message about a batch of stream records that it discarded. */
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

/** A change is observed before its record reaches the stream: by seconds, or by minutes if the clocks differ. */
const before = 5 * minute;
const after = minute;

/** A stream keeps a record for a day, so none was older when Lambda discarded it. */
const longest = 24 * 60 * minute;

function discardedRecords({ body }: DeadLetter): Verdict | undefined {
  const parsed = discardedBatch.safeParse(json(body));
  if (!parsed.success) return undefined;
  const { requestContext, timestamp, DDBStreamBatchInfo: batch } = parsed.data;
  const discardedAt = Date.parse(timestamp);
  const first = batch.approximateArrivalOfFirstRecord;
  const last = batch.approximateArrivalOfLastRecord;
  return {
    cause: `${requestContext.condition}: Lambda discarded ${batch.batchSize} stream records`,
    safe: 'yes: the payments hold their changes',
    action: 'republish',
    period: {
      since: new Date((first ? Date.parse(first) : discardedAt - longest) - before).toISOString(),
      until: new Date((last ? Date.parse(last) : discardedAt) + after).toISOString(),
    },
  };
}

const ourEvent = z.object({
  source: z.literal('klarna-relay'),
  detail: z.object({ paymentId: z.string(), sequence: z.int().check(z.gte(1)) }),
});

/** An event that the bus accepted and could not process; EventBridge gives the reason in the message's attributes. */
function undeliverableEvent({ body, attributes }: DeadLetter): Verdict | undefined {
  const parsed = ourEvent.safeParse(json(body));
  const payment = parsed.success ? paymentId(parsed.data.detail.paymentId) : undefined;
  if (!parsed.success || !payment) return undefined;
  const { ERROR_CODE = noReason, ERROR_MESSAGE } = attributes;
  return {
    cause: ERROR_MESSAGE ? `${ERROR_CODE}: ${ERROR_MESSAGE}` : ERROR_CODE,
    safe: 'yes: it keeps its id',
    action: 'republish',
    start: { payment, from: parsed.data.detail.sequence },
  };
}

const noReason = 'no reason given';

/** From Lambda or from the scheduler: the next run finds the same due tasks. */
function missedWakeUp({ body, attributes }: DeadLetter): Verdict {
  const parsed = z.object({ requestContext: z.object({ condition: z.string() }) }).safeParse(json(body));
  const cause = parsed.success ? parsed.data.requestContext.condition : (attributes.ERROR_CODE ?? noReason);
  return { cause, safe: 'not needed: the next run, a minute later, found the same due tasks', action: 'delete' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
