import { expect, test } from 'vitest';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { type PaymentStore, record, TooBusy } from '../../lambdas/payment/record.ts';
import { minute, named, says } from '../support/tellings.ts';

const id = named('order-1');

/** A shelf with one payment; `rivals` are saves of others that come between a find and a save. */
function shelf(rivals = 0) {
  let kept: Payment | undefined;
  const calls: string[] = [];
  const store: PaymentStore = {
    find: async () => {
      calls.push('find');
      return kept;
    },
    save: async (payment) => {
      calls.push('save');
      if (rivals-- > 0) return 'stale';
      kept = { ...payment, version: payment.version + 1 };
      return 'saved';
    },
  };
  return { store, calls, kept: () => kept };
}

test('a telling costs one read and one save', async () => {
  const { store, calls, kept } = shelf();
  const [payment, outcome] = await record(store, id, says('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toEqual(['find', 'save']);
  expect(kept()?.changes).toEqual(payment.changes);
});

test('a payment never seen is opened when it is first heard of', async () => {
  const { store, kept } = shelf();
  await record(store, id, says('IN_PROGRESS', 1));
  expect(kept()).toMatchObject({ id, version: 1, openedAt: minute(2) });
});

test('a telling that adds nothing costs one read', async () => {
  const { store, calls } = shelf();
  await record(store, id, says('IN_PROGRESS', 1));
  const [, outcome] = await record(store, id, says('IN_PROGRESS', 1));
  expect(outcome).toBe('duplicate');
  expect(calls).toEqual(['find', 'save', 'find']);
});

test('when somebody saved first it is decided anew on what they saved', async () => {
  const { store, calls, kept } = shelf(4);
  const [, outcome] = await record(store, id, says('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toHaveLength(10);
  expect(kept()?.changes).toHaveLength(1);
});

test('after five saves that came second it gives up, names the payment and lost nothing silently', async () => {
  const { store, calls } = shelf(5);
  const refused = await record(store, id, says('IN_PROGRESS', 1)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TooBusy);
  expect(refused).toMatchObject({ name: 'TooBusy', message: 'payment order-1 was saved by others 5 times in a row' });
  expect(calls).toHaveLength(10);
});
