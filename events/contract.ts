import * as z from 'zod';
import { stages } from '../lambdas/payment/stages.ts';

/** The one source of the event contract: the types below, the JSON Schemas beside and the tables of docs/events.md come from here. */
const time = z.iso.datetime({ precision: 3 });
const stage = z.enum(stages);
const reference = z.string().min(1).max(255).optional();

const detail = z.looseObject({
  id: z
    .string()
    .describe('Names this change for good: `<paymentId>.<sequence>`. A repeated delivery carries the same id.'),
  paymentId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .describe('The payment, as its callback URLs name it.'),
  sequence: z.int().positive().describe('1, 2, 3 … per payment, without gaps.'),
  stage: z
    .object({ from: stage, to: stage })
    .describe('How far the payment got, before and after; docs/states.md draws the graph.'),
  pspStatus: z.string().min(1).max(64).describe("Klarna's word, from the table of docs/states.md or as it came."),
  state: z.enum(['SUCCESS', 'WAITING', 'ERROR']).describe('The word, normalised.'),
  code: z.enum(['SUCCEEDED', 'FAILED', 'BAD_REQUEST']).describe('The word, normalised further.'),
  final: z.boolean().describe("True when the shopper's session ended with this word."),
  at: time.describe("When it came true by Klarna's clock, or when we heard of it where Klarna tells no time."),
  observedAt: time.describe('When we heard of it.'),
  observedVia: z
    .enum([
      'status_update',
      'authorization',
      'notification',
      'push',
      'session_read',
      'order_read',
      'operation',
      'clock',
    ])
    .describe('Which callback told us, what we asked Klarna ourselves, or our own clock.'),
  verifiedBy: z.enum(['url_secret', 'signature', 'read_back', 'clock']).describe('What proved it.'),
  references: z
    .looseObject({
      hpp_session_id: reference,
      kp_session_id: reference,
      order_id: reference,
      klarna_reference: reference,
      customer_token_id: reference,
      merchant_reference1: reference,
      merchant_reference2: reference,
    })
    .describe("Klarna's, the merchant's and our names for the payment, as far as they are known. Never a token."),
  replayed: z
    .literal(true)
    .optional()
    .describe('Present when the change was put on the bus once more: it may, or may not, be one that you have seen.'),
});

const operation = z
  .looseObject({
    id: z.string().describe('The same for every repeat of the same request; also the Klarna-Idempotency-Key.'),
    kind: z.enum([
      'session',
      'customer_token',
      'order',
      'charge',
      'capture',
      'refund',
      'cancellation',
      'release',
      'extension',
    ]),
    amount: z.int().nonnegative().optional().describe('Minor units of `currency`.'),
    currency: z.string().length(3).optional(),
    reference,
    capture_id: reference,
    refund_id: reference,
    correlation_id: reference.describe(
      "Klarna's name for the request, for its support: of every answer and refusal that it gave.",
    ),
  })
  .describe('What was asked of Klarna. `pspStatus`, `state` and `code` beside it are what became of it.');

const attention = z
  .looseObject({
    reason: z
      .enum(['authorization_expiring', 'capture_deadline', 'order_unclaimed', 'stuck', 'operation_unanswered'])
      .describe('What it is about; docs/events.md tells what to do.'),
    deadline: time.optional().describe('When it is too late.'),
    since: time.optional().describe('Since when it lasts.'),
    order_id: reference.describe('The Klarna order that nobody claims, as far as it is known.'),
    operation: z.string().optional().describe('The id of the operation that has no answer.'),
  })
  .describe('What somebody should look at before it costs money. It changes neither stage nor word.');

const envelope = <Type extends string, Detail extends z.ZodType>(detailType: Type, of: Detail) =>
  z.looseObject({
    version: z.literal('0'),
    id: z.string().describe("EventBridge's number of this delivery: another one when the change is delivered again."),
    'detail-type': z.literal(detailType),
    source: z.literal('klarna-relay'),
    account: z.string(),
    time: z.string().describe('observedAt, to the second.'),
    region: z.string(),
    resources: z.array(z.string()),
    detail: of,
  });

/** The stage moved: what fulfilment, accounting and mail act on. Each step of a payment comes exactly once by id. */
export const paymentStageChanged = envelope('Payment Stage Changed', detail).describe('The stage of a payment moved.');

/** Only the session word moved: what a status page shows. */
export const paymentStatusChanged = envelope('Payment Status Changed', detail).describe(
  'The word of the session moved, the stage did not.',
);

/** Klarna did what was asked of it, or refused. Where it moved the stage, that change follows. */
export const paymentOperationFinished = envelope('Payment Operation Finished', detail.extend({ operation })).describe(
  'Klarna did, or refused, what was asked of it for a payment.',
);

/** Nothing moved, and something should: what a person, or a shop's own clock, acts on. Each is given once. */
export const paymentAttentionNeeded = envelope('Payment Attention Needed', detail.extend({ attention })).describe(
  'Somebody should look at a payment before it costs money.',
);

/** Every event of the relay. New fields may appear in any of them: ignore those that you do not know. */
export const paymentEvent = z.discriminatedUnion('detail-type', [
  paymentStageChanged,
  paymentStatusChanged,
  paymentOperationFinished,
  paymentAttentionNeeded,
]);

export type PaymentStageChanged = z.infer<typeof paymentStageChanged>;
export type PaymentStatusChanged = z.infer<typeof paymentStatusChanged>;
export type PaymentOperationFinished = z.infer<typeof paymentOperationFinished>;
export type PaymentAttentionNeeded = z.infer<typeof paymentAttentionNeeded>;
export type PaymentEvent = z.infer<typeof paymentEvent>;
export type PaymentChange = PaymentEvent['detail'];

/**
 * What a subscriber does with an event when `last` is the sequence of its payment that it handled last, 0 before the first:
 * handle it and keep its sequence, drop a repeat, or let an early one wait (back to the queue) until the gap is filled.
 * For a rule that takes all detail types: what a rule leaves out would be waited for in vain.
 */
export function inOrder({ sequence }: Pick<PaymentChange, 'sequence'>, last: number): 'handle' | 'drop' | 'wait' {
  if (sequence <= last) return 'drop';
  return sequence === last + 1 ? 'handle' : 'wait';
}

/** JSON Schema (2020-12) per detail type, by the file name in events/schemas/. */
export const jsonSchemas = (): Record<string, object> => ({
  'payment-stage-changed.schema.json': z.toJSONSchema(paymentStageChanged),
  'payment-status-changed.schema.json': z.toJSONSchema(paymentStatusChanged),
  'payment-operation-finished.schema.json': z.toJSONSchema(paymentOperationFinished),
  'payment-attention-needed.schema.json': z.toJSONSchema(paymentAttentionNeeded),
});

/** The fields of `detail` as the table of docs/events.md. */
export const fieldTable = (): string =>
  [
    '| field | means |',
    '|---|---|',
    ...Object.entries({ ...detail.shape, operation, attention }).map(
      ([name, field]) => `| ${name} | ${field.description} |`,
    ),
    '',
  ].join('\n');
