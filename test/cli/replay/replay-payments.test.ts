import { expect, test } from 'vitest';
import { replayPayments } from '../../../cli/replay/replay-payments.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { applyAll, paymentIdOf, sessionUpdate, stageReport } from '../../support/builders/reports.ts';

const shopping = applyAll(
  sessionUpdate('IN_PROGRESS', 1),
  sessionUpdate('FAILED', 2),
  stageReport('authorized', 3),
).payment;
const saved = new Map<string, Payment>();
const save = (name: string, payment: Payment = shopping) => {
  const id = paymentIdOf(name);
  saved.set(id, { ...payment, id });
  return id;
};

type Payments = Parameters<typeof replayPayments>[1]['payments'];

/** A bus that is a list. `refuses` gives the reason why it refuses a change; `meanwhile` runs after each payment. */
function startBus({ refuses = (_: string, __: number): string | undefined => undefined, meanwhile = () => {} } = {}) {
  const out: string[] = [];
  const payments: Payments = {
    find: async (id) => saved.get(id),
    all: async function* () {},
    approximateCount: async () => saved.size,
    republish: async ({ payment, from = 1 }) => {
      let published = 0;
      for (const { id, sequence } of payment.changes.slice(from - 1)) {
        const reason = refuses(payment.id, sequence);
        if (reason) return { published, stuck: { change: id, sequence, reason } };
        out.push(`${payment.id} ${sequence}`);
        published += 1;
      }
      meanwhile();
      return { published };
    },
  };
  return { out, payments };
}
const replay = ({ payments }: { payments: Payments }, ...names: string[]) =>
  replayPayments(
    names.map((name) => ({ payment: paymentIdOf(name), from: 1 })),
    { payments, dryRun: false, onProgress: () => undefined },
  );

test('a payment stops at a refused change, and the others continue', async () => {
  for (const name of ['a', 'b', 'c']) save(name);
  const refused = startBus({ refuses: (id, sequence) => (id === 'b' && sequence === 2 ? 'Throttled' : undefined) });
  expect(await replay(refused, 'a', 'b', 'c')).toEqual({
    payments: 3,
    changes: 7,
    stopped: [{ payment: 'b', sequence: 2, reason: 'Throttled' }],
    unknown: [],
  });
  expect(refused.out.filter((change) => change.startsWith('b'))).toEqual(['b 1']);
});

test('a change that is made meanwhile is published last, so that no subscriber ends with an older one', async () => {
  save('a', applyAll(sessionUpdate('IN_PROGRESS', 1)).payment);
  let once = () => {
    save('a');
    once = () => {};
  };
  const moving = startBus({ meanwhile: () => once() });
  expect(await replay(moving, 'a')).toMatchObject({ payments: 1, changes: 3 });
  expect(moving.out).toEqual(['a 1', 'a 2', 'a 3']);
});

test('many payments are each replayed once and in order', async () => {
  const names = Array.from({ length: 50 }, (_, index) => save(`p-${index}`));
  const { out, payments } = startBus();
  expect(await replay({ payments }, ...names)).toMatchObject({ payments: 50, changes: 150 });
  for (const name of names) expect(out.filter((change) => change.startsWith(`${name} `))).toHaveLength(3);
  expect(out.filter((change) => change.startsWith('p-7 '))).toEqual(['p-7 1', 'p-7 2', 'p-7 3']);
});

test('when the table fails, so does the replay', async () => {
  const { payments } = startBus();
  const find = () => Promise.reject(new Error('AccessDenied'));
  await expect(replay({ payments: { ...payments, find } }, 'a')).rejects.toThrow('AccessDenied');
});
