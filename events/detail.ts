import * as z from 'zod';
import { attentionReasons } from '../lambdas/payment/change.ts';
import { operationKinds } from '../lambdas/payment/operation.ts';
import { paymentIdPattern } from '../lambdas/payment/payment-id.ts';
import { proofs, sources } from '../lambdas/payment/report.ts';
import { codes, stages, states } from '../lambdas/payment/stages.ts';

const time = z.iso.datetime({ precision: 3 });
const stage = z.enum(stages);
const reference = z.string().min(1).max(255).optional();

/**
 * The `detail` that all events share. Its words come from the law; its descriptions are the table of docs/events.md.
 */
export const changeDetail = z.looseObject({
  id: z
    .string()
    .describe(
      'The permanent id of this change: `<paymentId>.<incarnation>.<sequence>`. A repeated delivery carries the same id.',
    ),
  paymentId: z.string().regex(paymentIdPattern).describe('The payment, as its callback URLs name it.'),
  incarnation: z
    .string()
    .min(1)
    .max(16)
    .describe(
      'Names one life of the payment: another one after its item was deleted or restored from a backup. A later one sorts after it.',
    ),
  sequence: z.int().positive().describe('1, 2, 3 … per payment, without gaps.'),
  firstSequence: z
    .int()
    .positive()
    .describe('The sequence with which this incarnation begins: 1, or more after a restore.'),
  stage: z
    .object({ from: stage, to: stage })
    .describe('How far the payment got, before and after the change; docs/states.md draws the graph.'),
  pspStatus: z
    .string()
    .min(1)
    .max(64)
    .describe("Klarna's word: from the table of docs/states.md, or as Klarna sent it."),
  state: z.enum(states).describe('The word, normalised.'),
  code: z.enum(codes).describe('The word, normalised further.'),
  final: z.boolean().describe("True when the shopper's session ended with this word."),
  at: time.describe("When it happened by Klarna's clock, or when the relay observed it where Klarna gives no time."),
  observedAt: time.describe('When the relay observed it.'),
  observedVia: z
    .enum(sources)
    .describe("Where the relay observed it: a callback, a read of Klarna, an operation, or the relay's own clock."),
  verifiedBy: z
    .enum(proofs)
    .describe(
      "What proves it: the secret in the callback URL, a signature, a read of Klarna, or the relay's own clock.",
    ),
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
    .describe(
      "Klarna's ids, the merchant's references and the relay's ids of the payment, where known. Never a token.",
    ),
  replayed: z
    .literal(true)
    .optional()
    .describe('Present when the relay published the change again: you may, or may not, have seen it before.'),
  replayedFrom: z
    .int()
    .positive()
    .optional()
    .describe(
      'Only in a replay with which you join late: the sequence to start with if you hold nothing of this payment.',
    ),
});

export const operationDetail = z
  .looseObject({
    id: z.string().describe('The same for every repeat of the same request; also the Klarna-Idempotency-Key.'),
    kind: z.enum(operationKinds),
    amount: z.int().nonnegative().optional().describe('Minor units of `currency`.'),
    currency: z.string().length(3).optional(),
    reference,
    capture_id: reference,
    refund_id: reference,
    correlation_id: reference.describe(
      "Klarna's id of the request, for its support; Klarna gives one with each answer and refusal.",
    ),
  })
  .describe('The request to Klarna. `pspStatus`, `state` and `code` beside it are its result.');

export const attentionDetail = z
  .looseObject({
    reason: z.enum(attentionReasons).describe('Why; docs/events.md says what to do.'),
    deadline: time.optional().describe('When it is too late.'),
    since: time.optional().describe('Since when it has lasted.'),
    order_id: reference.describe('The Klarna order that the payment does not claim, or that cannot be read.'),
    operation: z.string().optional().describe('The id of the operation that has no answer.'),
    authorization: z
      .string()
      .optional()
      .describe('Distinguishes two authorizations of a payment; it is not the token.'),
    task: z.string().optional().describe('What the relay tries in vain, such as `read order`.'),
  })
  .describe('What a person should check before it costs money. Neither stage nor session word moves.');

/** The fields of `detail` as the table of docs/events.md. */
export const fieldTable = (): string =>
  [
    '| field | meaning |',
    '|---|---|',
    ...Object.entries({ ...changeDetail.shape, operation: operationDetail, attention: attentionDetail }).map(
      ([name, field]) => `| ${name} | ${field.description} |`,
    ),
    '',
  ].join('\n');
