import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { PaymentStore } from '../../../lambdas/payment/record.ts';

/** A store in memory, its payments, and the calls that it received, in order. */
export type MemoryStore = {
  store: PaymentStore;
  payments: Map<string, Payment>;
  calls: ('find' | 'save')[];
};

/** Keeps payments as DynamoDB does: no `undefined`, and a save only over the version that was read. `check` may refuse an item. */
export function memoryStore(check: (payment: Payment) => void = () => undefined): MemoryStore {
  const payments = new Map<string, Payment>();
  const calls: MemoryStore['calls'] = [];
  return {
    payments,
    calls,
    store: {
      newIncarnation: () => '1',
      find: async (id) => {
        calls.push('find');
        return copyOf(payments.get(id));
      },
      save: async (payment) => {
        calls.push('save');
        const held = payments.get(payment.id);
        if ((held?.version ?? 0) !== payment.version) return { stale: copyOf(held) };
        check(payment);
        const saved = copyOf({ ...payment, version: payment.version + 1 });
        payments.set(payment.id, saved);
        return { saved: copyOf(saved) };
      },
    },
  };
}

/** What comes back from a database is never the object that was written. */
export const copyOf = <Value>(value: Value): Value => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
