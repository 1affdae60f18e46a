import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { MemoryItem, MemoryItemChange } from './aws/dynamodb.ts';

/**
 * The item of a payment from its first save to its end. It ends when DynamoDB deletes it after retention, or when the table is
 * restored to an earlier state.
 */
export type PaymentLife = { id: string; payment: Payment; endedBy?: 'retention' | 'restore' };

/** Every change that was saved, with those of payments that are deleted or undone. */
export function paymentLives() {
  const ended: { item: MemoryItem; endedBy: PaymentLife['endedBy'] }[] = [];
  const current = new Map<string, MemoryItem>();
  const undone = new Set<string>();
  const deleted = new Set<string>();
  const back = new Set<string>();
  const lives = (): PaymentLife[] =>
    [...ended, ...[...current.values()].map((item) => ({ item, endedBy: undefined }))].map(({ item, endedBy }) => {
      const payment = unmarshall(item) as Payment;
      return { id: payment.id, payment, ...(endedBy && { endedBy }) };
    });
  return {
    onChange: ({ before, after }: MemoryItemChange) => {
      const id = (after ?? before)?.id?.S ?? '';
      if (!before && deleted.has(id)) back.add(id);
      if (after) current.set(id, after);
      else current.delete(id);
      if (!before || after) return;
      deleted.add(id);
      ended.push({ item: before, endedBy: 'retention' });
    },
    /** The table was restored to these items. */
    onRestore: (items: MemoryItem[]) => {
      const restored = new Map(items.map((item) => [item.id?.S ?? '', item]));
      for (const [id, item] of current) {
        if (restored.get(id) === item) continue;
        undone.add(id);
        ended.push({ item, endedBy: 'restore' });
      }
      current.clear();
      for (const [id, item] of restored) current.set(id, item);
    },
    lives,
    /** Payments of which a restore undid saves, although Klarna and the subscribers knew of them. */
    undone,
    /** Payments that were deleted after retention. */
    deleted,
    /** Payments whose id came back after retention. */
    back,
  };
}

/**
 * What makes a change unique together with its payment: the incarnation of its item and its sequence. Code that knows no
 * incarnation counts on from the item that was deleted or undone, or begins again.
 */
export const changeKey = ({ paymentId, sequence, incarnation = '' }: NumberedChange): string =>
  `${paymentId} ${incarnation} ${sequence}`;

/** A change or an event, of code that has incarnations or of code that has none. */
export type NumberedChange = { paymentId: string; sequence: number; incarnation?: string };

/** The changes or events of each incarnation, in their order. */
export function byIncarnation<Each extends NumberedChange>(changes: Each[]): Each[][] {
  const groups = Map.groupBy(changes, ({ incarnation = '' }) => incarnation);
  return [...groups.values()];
}
