import * as z from 'zod';
import type { DetailType } from '../lambdas/payment/change.ts';
import { attentionDetail, changeDetail, operationDetail } from './detail.ts';

export { inOrder, type LastHandled } from './in-order.ts';

const envelope = <Type extends DetailType, Detail extends z.ZodType>(detailType: Type, detail: Detail) =>
  z.looseObject({
    version: z.literal('0'),
    id: z.string().describe("EventBridge's id of this delivery: a repeated delivery has another one."),
    'detail-type': z.literal(detailType),
    source: z.literal('klarna-relay'),
    account: z.string(),
    time: z.string().describe('observedAt, to the second.'),
    region: z.string(),
    resources: z.array(z.string()),
    detail,
  });

/** The stage moved: fulfilment, accounting and mail act on this. Each step of a payment has exactly one id. */
export const paymentStageChanged = envelope('Payment Stage Changed', changeDetail).describe(
  'The stage of a payment moved.',
);

/** Only the session word moved: a status page shows this. */
export const paymentStatusChanged = envelope('Payment Status Changed', changeDetail).describe(
  'The session word of a payment moved, its stage did not.',
);

/** Klarna carried out an operation, or refused it. If the operation moved the stage, that change follows. */
export const paymentOperationFinished = envelope(
  'Payment Operation Finished',
  changeDetail.extend({ operation: operationDetail }),
).describe('Klarna carried out, or refused, an operation of a payment.');

/**
 * Nothing moved although something should: a person, or a clock of the shop, acts on this. Each warning is given once.
 */
export const paymentAttentionNeeded = envelope(
  'Payment Attention Needed',
  changeDetail.extend({ attention: attentionDetail }),
).describe('A payment needs attention before it costs money.');

/** Every event of the relay. New fields may appear in any of them: ignore the fields that you do not know. */
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

/** JSON Schema (2020-12) per detail type, by the file name in events/schemas/. */
export const jsonSchemas = (): Record<string, object> => ({
  'payment-stage-changed.schema.json': z.toJSONSchema(paymentStageChanged),
  'payment-status-changed.schema.json': z.toJSONSchema(paymentStatusChanged),
  'payment-operation-finished.schema.json': z.toJSONSchema(paymentOperationFinished),
  'payment-attention-needed.schema.json': z.toJSONSchema(paymentAttentionNeeded),
});
