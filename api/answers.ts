import * as z from 'zod';
import { paymentAttentionNeeded, paymentOperationFinished, paymentStageChanged } from '../events/contract.ts';
import { flows } from '../lambdas/payment/payment.ts';

/**
 * The answers of the relay as its callers read them: new fields may appear in any of them. The handlers do not parse
 * their own answers, so the tests compare these schemas with the answers, by type and in a running relay.
 */
const change = paymentStageChanged.shape.detail;
const { at: time, stage: stages, pspStatus, state, code, paymentId } = change.shape;
const { operation } = paymentOperationFinished.shape.detail.shape;
const minorUnits = z.int().nonnegative().describe('Minor units of `currency`.');
const text = z.string();

/** Fields that several answers share. */
export const sharedFields = {
  payment: paymentId.describe('The payment.'),
  stage: stages.shape.to.describe('How far the payment got; docs/states.md draws the graph.'),
  expires_at: z.iso.datetime().optional().describe("Until when the shopper can pay on Klarna's page."),
  status_url: z
    .url()
    .describe(
      'For the page that the shopper returns to: shows how the payment stands, needs no credentials, changes nothing.',
    ),
};

/** Klarna's word and what it means, under the names of this API. */
export const resultFields = { psp_status: pspStatus, state, code };

export const operationSchema = operation
  .extend({ asked_at: time.describe('When it was requested.'), ...resultFields, at: time.optional() })
  .describe('A request to Klarna and its result: WAITING until Klarna has answered.')
  .meta({ id: 'Operation' });

export const paymentCreatedSchema = z
  .looseObject({
    payment: sharedFields.payment,
    redirect_url: z.url().describe("Klarna's page: send the shopper here."),
    expires_at: sharedFields.expires_at,
    status_url: sharedFields.status_url,
  })
  .meta({ id: 'PaymentCreated' });

const conflict = z
  .looseObject({
    source: change.shape.observedVia,
    word: text.optional(),
    at: time,
    observed_at: time.describe('When the relay observed it.'),
    doubt: text.optional().describe('The field that contradicts.'),
  })
  .describe('A report that cannot be true together with what is stored: kept, never applied.');

export const paymentSchema = z
  .looseObject({
    payment: sharedFields.payment,
    account: text.describe('The Klarna merchant that serves it.'),
    flow: z
      .enum([...flows, 'charge'])
      .optional()
      .describe("Absent where a backend of your own created Klarna's session."),
    stage: sharedFields.stage,
    session: z
      .looseObject({ status: text, final: z.boolean(), at: time })
      .optional()
      .describe("The last word of Klarna's hosted page."),
    money: z
      .looseObject({
        at: time.optional().describe('When the order was read from Klarna; absent before there is one.'),
        status: text.optional().describe("Klarna's word for the order."),
        fraud_status: text.optional(),
        order_amount: minorUnits.optional(),
        captured_amount: minorUnits.optional(),
        refunded_amount: minorUnits.optional(),
        remaining_authorized_amount: minorUnits
          .optional()
          .describe('The amount that may still be captured, in minor units.'),
        currency: z.string().optional().describe('ISO 4217.'),
        expires_at: time.optional().describe('Until when it may be captured.'),
      })
      .optional(),
    redirect_url: z.url().optional(),
    expires_at: sharedFields.expires_at,
    references: change.shape.references,
    changes: z
      .array(
        change
          .omit({ references: true, firstSequence: true, replayed: true, replayedFrom: true })
          .extend({
            operation: operation.optional(),
            attention: paymentAttentionNeeded.shape.detail.shape.attention.optional(),
          })
          .meta({ id: 'Change' }),
      )
      .describe('Every change, in order, as it was published: the `detail` of the events, under their names.'),
    operations: z.array(operationSchema).describe('Every request to Klarna for this payment, oldest first.'),
    conflicts: z.array(conflict),
    next_task: z
      .looseObject({
        kind: text.describe('`read session`, `place order`, `finish operation` and the like.'),
        due_at: time.describe('From when on.'),
      })
      .optional()
      .describe(
        'The next call of the relay to Klarna for this payment, or the end of its token; absent when none is left. Warnings and the check that all changes were published are not shown.',
      ),
  })
  .meta({ id: 'Payment' });

export const statusSchema = z
  .looseObject({
    status: z.enum(['open', 'authorized', 'pending', 'paid', 'failed']),
    stage: sharedFields.stage,
    session: text.optional().describe("The last word of Klarna's hosted page."),
    decided: z.boolean().describe('True when the status is final for the shopper: stop asking.'),
  })
  .meta({ id: 'Status' });

export const operationAnswerSchema = z
  .looseObject({ payment: sharedFields.payment, stage: sharedFields.stage, operation: operationSchema })
  .meta({ id: 'OperationAnswer' });

export const chargeAnswerSchema = operationAnswerSchema
  .extend({ status_url: sharedFields.status_url })
  .meta({ id: 'ChargeAnswer' });

export const customerTokenSchema = z
  .looseObject({
    customer_token: text.describe("The relay's id of the token; Klarna's own is never shown."),
    customer: text.optional().describe('Your name for the customer.'),
    payment: paymentId.describe('The payment that made it.'),
    account: text,
    status: text.describe("ACTIVE or CANCELLED; where Klarna was asked, Klarna's word, which may also be SUSPENDED."),
    country: text.describe('ISO 3166-1 alpha-2.'),
    locale: text.describe('RFC 1766.'),
    created_at: time,
    payment_method_type: text.optional().describe("Klarna's word, where Klarna was asked."),
  })
  .meta({ id: 'CustomerToken' });

export const customerTokensSchema = z
  .looseObject({
    customer_tokens: z.array(customerTokenSchema).describe('Newest first, at most 100, each as the relay stores it.'),
  })
  .meta({ id: 'CustomerTokens' });
