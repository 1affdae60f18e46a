import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { PaymentStore } from '../../../lambdas/payment/record.ts';
import { nothingRecorded, openPayment, record, recordAll, revise, TooBusy } from '../../../lambdas/payment/record.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import {
  minute,
  operationResult,
  orderRead,
  paymentIdOf,
  sessionUpdate,
  stageReport,
} from '../../support/builders/reports.ts';
import { memoryStore } from '../../support/harness/memory-store.ts';

const id = paymentIdOf('order-1');

/** A store with one payment; as many as `rivals` saves of other processes come between a find and a save. */
function contestedStore(rivals = 0) {
  let kept: Payment | undefined;
  const calls: string[] = [];
  const store: PaymentStore = {
    newIncarnation: () => '7',
    find: async () => {
      calls.push('find');
      return kept;
    },
    save: async (payment) => {
      calls.push('save');
      if (rivals-- > 0) return { stale: undefined };
      kept = { ...payment, version: payment.version + 1 };
      return { saved: kept };
    },
  };
  return { store, calls, kept: () => kept };
}

test('a report costs one read and one save', async () => {
  const { store, calls, kept } = contestedStore();
  const [payment, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toEqual(['find', 'save']);
  expect(kept()?.changes).toEqual(payment.changes);
});

test('an unknown payment is opened with its first report', async () => {
  const { store, kept } = contestedStore();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(kept()).toMatchObject({ id, version: 1, openedAt: minute(2) });
});

test('a report that adds nothing costs one read', async () => {
  const { store, calls } = contestedStore();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const [, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('duplicate');
  expect(calls).toEqual(['find', 'save', 'find']);
});

test('when another process saved first, the report is applied to what it saved', async () => {
  const { store, calls, kept } = contestedStore(4);
  const [, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toHaveLength(10);
  expect(kept()?.changes).toHaveLength(1);
});

test('after twenty-five stale saves it throws and names the payment', async () => {
  const { store, calls } = contestedStore(25);
  const refused = await record(store, id, sessionUpdate('IN_PROGRESS', 1)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TooBusy);
  expect(refused).toMatchObject({ name: 'TooBusy', message: 'payment order-1 was saved by others 25 times in a row' });
  expect(calls).toHaveLength(50);
});

test('several reports cost one read and one save, and each has its outcome', async () => {
  const { store, calls, kept } = contestedStore();
  const { payment, outcomes } = await recordAll(store, { id }, [
    sessionUpdate('COMPLETED', 1),
    orderRead('ordered', 2),
    sessionUpdate('COMPLETED', 1),
  ]);
  expect(outcomes).toEqual(['advanced', 'advanced', 'duplicate']);
  expect(calls).toEqual(['find', 'save']);
  expect(kept()?.changes).toEqual(payment.changes);
  expect(payment).toMatchObject({ id, stage: 'ordered', openedAt: minute(2) });
});

test('the changes of a report are its own, not those that another process saved meanwhile', async () => {
  const { store } = memoryStore();
  const [known] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const theirs = await recordAll(store, { id }, [sessionUpdate('COMPLETED', 2)]);
  const { changes, payment } = await recordAll(store, { id, known }, [orderRead('ordered', 3)]);
  expect(payment.changes).toHaveLength(3);
  expect(changes).toEqual(payment.changes.slice(2));
  expect(theirs.changes).toEqual(payment.changes.slice(1, 2));
});

test('a change like ours that another process saved meanwhile is not ours', async () => {
  const { store } = memoryStore();
  const [known] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  await recordAll(store, { id }, [stageReport('authorized', 4)]);
  const { changes, payment } = await recordAll(store, { id, known }, [{ ...stageReport('ordered', 4), id: 'ours' }]);
  expect(payment.changes).toHaveLength(3);
  expect(changes).toEqual(payment.changes.slice(2));
});

test('each save of a revision says how many came before it, so that the store can pause for longer', async () => {
  const { store } = contestedStore(3);
  const attempts: unknown[] = [];
  await record(
    {
      ...store,
      save: (payment, attempt) => {
        attempts.push(attempt);
        return store.save(payment, attempt);
      },
    },
    id,
    sessionUpdate('IN_PROGRESS', 1),
  );
  expect(attempts).toEqual([1, 2, 3, 4]);
});

test('a report that was recorded before adds no change, although its own is still kept', async () => {
  const { store } = contestedStore();
  const [known] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const { outcomes, changes } = await recordAll(store, { id, known }, [sessionUpdate('IN_PROGRESS', 1)]);
  expect([outcomes, changes]).toEqual([['duplicate'], []]);
});

test('a task that found nothing to do leaves the payment and reports nothing', () => {
  const payment = openPayment(id, minute(0));
  expect(nothingRecorded(payment)).toEqual({ payment, outcomes: [], changes: [] });
});

describe('a report that follows another one of the same save', () => {
  const operation = { id: 'op', kind: 'charge' } as const;
  const refusal = operationResult(operation, 'CAPTURE_NOT_ALLOWED', 4);
  const end: Report = { ...stageReport('rejected', 4), follows: refusal.id };

  test('counts with it', async () => {
    const { store, kept } = contestedStore();
    expect((await recordAll(store, { id }, [refusal, end])).outcomes).toEqual(['advanced', 'advanced']);
    expect(kept()?.stage).toBe('rejected');
  });

  test('is a duplicate with it: a slow process ends nothing that another one continued', async () => {
    const { store, kept } = contestedStore();
    await recordAll(store, { id }, [operationResult(operation, 'SUCCESS', 3), orderRead('ordered', 3)]);
    expect((await recordAll(store, { id }, [refusal, end])).outcomes).toEqual(['duplicate', 'duplicate']);
    expect(kept()?.stage).toBe('ordered');
  });
});

test('a decision that changes nothing is not saved', async () => {
  const { store, calls } = contestedStore();
  expect(await revise(store, { id, at: minute(3) }, (payment) => [payment, 'result'])).toEqual([
    openPayment(id, minute(3), '7'),
    'result',
  ]);
  expect(calls).toEqual(['find']);
});

test('a report beside a repeated one is applied all the same', async () => {
  const { store } = contestedStore();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const { outcomes } = await recordAll(store, { id }, [sessionUpdate('IN_PROGRESS', 1), sessionUpdate('FAILED', 2)]);
  expect(outcomes).toEqual(['duplicate', 'advanced']);
});

test('a payment without any report is created and has nothing', () => {
  expect(openPayment(id, minute(0))).toEqual({
    id: 'order-1',
    incarnation: '0',
    version: 0,
    account: 'default',
    stage: 'created',
    facts: {},
    operations: [],
    recentReports: [],
    changes: [],
    conflicts: [],
    readRequests: {},
    lastReads: {},
    hintedOrders: [],
    backoffs: {},
    openedAt: minute(0),
  });
});
