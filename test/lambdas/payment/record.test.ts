import { describe, expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { PaymentStore } from '../../../lambdas/payment/record.ts';
import { openPayment, record, recordAll, revise, TooBusy } from '../../../lambdas/payment/record.ts';
import type { Report } from '../../../lambdas/payment/report.ts';

import {
  minute,
  operationResult,
  orderRead,
  paymentIdOf,
  sessionUpdate,
  stageReport,
} from '../../support/builders/reports.ts';

const id = paymentIdOf('order-1');

/** A shelf with one payment; `rivals` are saves of others that come between a find and a save. */
function shelf(rivals = 0) {
  let kept: Payment | undefined;
  let answerLost = false;
  const calls: string[] = [];
  const store: PaymentStore = {
    find: async () => {
      calls.push('find');
      return kept;
    },
    save: async (payment) => {
      calls.push('save');
      if (rivals-- > 0) return { stale: undefined };
      kept = { ...payment, version: payment.version + 1 };
      const isLost = answerLost; // the retry of a write that succeeded finds it stale
      answerLost = false;
      return isLost ? { stale: undefined } : { saved: kept };
    },
  };
  const loseNextAnswer = () => {
    answerLost = true;
  };
  return { store, calls, kept: () => kept, loseNextAnswer };
}

test('a telling costs one read and one save', async () => {
  const { store, calls, kept } = shelf();
  const [payment, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toEqual(['find', 'save']);
  expect(kept()?.changes).toEqual(payment.changes);
});

test('a payment never seen is opened when it is first heard of', async () => {
  const { store, kept } = shelf();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(kept()).toMatchObject({ id, version: 1, openedAt: minute(2) });
});

test('a telling that adds nothing costs one read', async () => {
  const { store, calls } = shelf();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const [, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('duplicate');
  expect(calls).toEqual(['find', 'save', 'find']);
});

test('when somebody saved first it is decided anew on what they saved', async () => {
  const { store, calls, kept } = shelf(4);
  const [, outcome] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('advanced');
  expect(calls).toHaveLength(10);
  expect(kept()?.changes).toHaveLength(1);
});

test('a save whose answer was lost is not told twice, and its outcome is not forgotten', async () => {
  const { store, kept, loseNextAnswer } = shelf();
  const sameMoment = { observedAt: minute(9) };
  await record(store, id, { ...sessionUpdate('COMPLETED', 1), ...sameMoment });
  loseNextAnswer();
  const [payment, outcome] = await record(store, id, { ...sessionUpdate('CANCELLED', 2), ...sameMoment });
  expect(outcome).toBe('conflict');
  expect(payment.conflicts).toHaveLength(1);
  expect(kept()?.recentReports).toHaveLength(2);
});

test('the same telling, saved first by somebody else, makes ours a duplicate', async () => {
  const { store, loseNextAnswer } = shelf();
  const theirs = { ...sessionUpdate('IN_PROGRESS', 1), observedAt: minute(7) };
  loseNextAnswer();
  let reads = 0;
  const find: PaymentStore['find'] = async (name) => {
    if (reads++ === 1) return apply(openPayment(name, minute(7)), theirs)[0];
    return store.find(name);
  };
  const [, outcome] = await record({ ...store, find }, id, sessionUpdate('IN_PROGRESS', 1));
  expect(outcome).toBe('duplicate');
});

test('after five saves that came second it gives up, names the payment and lost nothing silently', async () => {
  const { store, calls } = shelf(5);
  const refused = await record(store, id, sessionUpdate('IN_PROGRESS', 1)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TooBusy);
  expect(refused).toMatchObject({ name: 'TooBusy', message: 'payment order-1 was saved by others 5 times in a row' });
  expect(calls).toHaveLength(10);
});

test('tellings that came together cost one read and one save, each with its outcome', async () => {
  const { store, calls, kept } = shelf();
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

test('tellings that came together survive a lost answer with their own outcomes', async () => {
  const { store, kept, loseNextAnswer } = shelf();
  loseNextAnswer();
  const { outcomes } = await recordAll(store, { id }, [sessionUpdate('COMPLETED', 1), orderRead('ordered', 2)]);
  expect(outcomes).toEqual(['advanced', 'advanced']);
  expect(kept()?.changes).toHaveLength(2);
});

describe('a telling that follows another of the same save', () => {
  const operation = { id: 'op', kind: 'charge' } as const;
  const refusal = operationResult(operation, 'CAPTURE_NOT_ALLOWED', 4);
  const end: Report = { ...stageReport('rejected', 4), follows: refusal.id };

  test('counts with it, also where the answer of the save was lost', async () => {
    const { store, kept, loseNextAnswer } = shelf();
    loseNextAnswer();
    expect((await recordAll(store, { id }, [refusal, end])).outcomes).toEqual(['advanced', 'advanced']);
    expect(kept()?.stage).toBe('rejected');
  });

  test('is no news where that was none: a slow process ends nothing that another went on with', async () => {
    const { store, kept } = shelf();
    await recordAll(store, { id }, [operationResult(operation, 'SUCCESS', 3), orderRead('ordered', 3)]);
    expect((await recordAll(store, { id }, [refusal, end])).outcomes).toEqual(['duplicate', 'duplicate']);
    expect(kept()?.stage).toBe('ordered');
  });
});

test('a decision that changes nothing is not saved', async () => {
  const { store, calls } = shelf();
  expect(await revise(store, { id, at: minute(3) }, (payment) => [payment, 'result'])).toEqual([
    openPayment(id, minute(3)),
    'result',
  ]);
  expect(calls).toEqual(['find']);
});

test('a telling beside one that was heard before is heard all the same', async () => {
  const { store } = shelf();
  await record(store, id, sessionUpdate('IN_PROGRESS', 1));
  const { outcomes } = await recordAll(store, { id }, [sessionUpdate('IN_PROGRESS', 1), sessionUpdate('FAILED', 2)]);
  expect(outcomes).toEqual(['duplicate', 'advanced']);
});
