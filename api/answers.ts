import * as z from 'zod';
import { paymentAttentionNeeded, paymentOperationFinished, paymentStageChanged } from '../events/contract.ts';
import { stages } from '../lambdas/payment/stages.ts';

/**
 * What the relay answers, as its callers read it: new fields may appear in any of them. The handlers parse no answers of their
 * own, so the tests hold these against what they give, in type and in a running relay.
 */
const change = paymentStageChanged.shape.detail;
const { pspStatus, state, code, at: time, paymentId } = change.shape;
export const words = { pspStatus, state, code };
export const stage = z.enum(stages).describe('How far the payment got; docs/states.md draws the graph.');
export const payment = paymentId.describe('The payment.');
const minorUnits = z.int().nonnegative().describe('Minor units of `currency`.');
const text = z.string();
export const expires_at = z.iso.datetime().optional().describe("Until when the shopper can pay on Klarna's page.");
export const status_url = z
  .url()
  .describe(
    'For the page that the shopper returns to: reads how the payment stands, needs no credentials, changes nothing.',
  );

export const operation = paymentOperationFinished.shape.detail.shape.operation
  .extend({ asked_at: time.describe('When it was asked.'), ...words, at: time.optional() })
  .describe('What was asked of Klarna and what became of it: WAITING until Klarna has answered.')
  .meta({ id: 'Operation' });

export const paymentCreated = z
  .looseObject({
    payment,
    redirect_url: z.url().describe("Klarna's page: send the shopper here."),
    expires_at,
    status_url,
  })
  .meta({ id: 'PaymentCreated' });

const conflict = z
  .looseObject({
    source: change.shape.observedVia,
    word: text.optional(),
    at: time,
    observedAt: time,
    doubt: text.optional().describe('The field that contradicts.'),
  })
  .describe('Something that cannot be true together with what is held: kept, never applied.');

export const paymentView = z
  .looseObject({
    payment,
    account: text.describe('Which Klarna merchant serves it.'),
    flow: z
      .enum(['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize', 'charge'])
      .optional()
      .describe("Absent where a backend of your own created Klarna's session."),
    stage,
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
        remaining_authorized_amount: minorUnits.optional().describe('What may still be captured, in minor units.'),
        currency: z.string().optional().describe('ISO 4217.'),
        expires_at: time.optional().describe('Until when it may be captured.'),
      })
      .optional(),
    redirect_url: z.url().optional(),
    expires_at,
    references: change.shape.references,
    changes: z
      .array(
        change
          .omit({ references: true })
          .extend({
            operation: paymentOperationFinished.shape.detail.shape.operation.optional(),
            attention: paymentAttentionNeeded.shape.detail.shape.attention.optional(),
          })
          .meta({ id: 'Change' }),
      )
      .describe('All that was published of it, in order: `detail` of the events.'),
    operations: z.array(operation).describe('All that was asked of Klarna for it, oldest first.'),
    conflicts: z.array(conflict),
    owed: z
      .looseObject({ does: text.describe('What the relay does next.'), at: time.describe('And from when on.') })
      .optional()
      .describe('Absent when nothing is owed.'),
  })
  .meta({ id: 'Payment' });

export const statusView = z
  .looseObject({
    status: z.enum(['open', 'authorized', 'pending', 'paid', 'failed']),
    stage,
    session: text.optional().describe("The last word of Klarna's hosted page."),
    settled: z.boolean().describe('True when nothing more is to be waited for.'),
  })
  .meta({ id: 'Status' });

export const operationAnswer = z.looseObject({ payment, stage, operation }).meta({ id: 'OperationAnswer' });
export const chargeAnswer = operationAnswer.extend({ status_url }).meta({ id: 'ChargeAnswer' });

export const customerToken = z
  .looseObject({
    customer_token: text.describe("Our name for the token; Klarna's own is never shown."),
    customer: text.optional().describe('Your name for the customer.'),
    payment: payment.describe('The payment that made it.'),
    account: text,
    status: text.describe("ACTIVE, CANCELLED or, where Klarna was asked, Klarna's word: also SUSPENDED."),
    country: text.describe('ISO 3166-1 alpha-2.'),
    locale: text.describe('RFC 1766.'),
    created_at: time,
    payment_method_type: text.optional().describe("Klarna's word; where Klarna was asked."),
  })
  .meta({ id: 'CustomerToken' });

export const customerTokens = z
  .looseObject({
    customer_tokens: z.array(customerToken).describe('Newest first, at most 100, each as it is kept here.'),
  })
  .meta({ id: 'CustomerTokens' });
