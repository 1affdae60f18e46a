import { inOrder, paymentEvent } from 'klarna-relay/events';
import { applyEvent, type ShopOrder } from './shop-order.ts';

/** Where the shop keeps its orders. */
export type ShopOrders = {
  /** The order as it is now; a new one if no event has arrived yet. */
  read: (payment: string) => Promise<ShopOrder>;
  /** @throws if the stored order is no longer as it was read: another consumer was faster */
  save: (order: ShopOrder, read: ShopOrder) => Promise<void>;
};

export type SqsBatch = { Records: { messageId: string; body: string }[] };
export type SqsResult = { batchItemFailures: { itemIdentifier: string }[] };

/**
 * Handles batches of an SQS queue that a rule on the relay's bus fills. A message reported as failed returns to the queue:
 * an event that is too early, one that this version cannot read, or one that met an error. After `maxReceiveCount` deliveries
 * SQS moves it to the dead-letter queue.
 */
export const subscriber =
  (orders: ShopOrders) =>
  async ({ Records }: SqsBatch): Promise<SqsResult> => {
    const batchItemFailures: SqsResult['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      const isHandled = await handleEvent(orders, body).catch((error) => console.error(messageId, error));
      if (!isHandled) batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };

/** Whether the queue may forget the event. */
async function handleEvent(orders: ShopOrders, body: string): Promise<boolean> {
  const event = paymentEvent.parse(JSON.parse(body));
  const order = await orders.read(event.detail.paymentId);
  const verdict = inOrder(event.detail, order.last);
  if (verdict === 'handle') await orders.save(applyEvent(order, event), order);
  return verdict !== 'wait';
}
