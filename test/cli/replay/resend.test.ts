import { expect, test } from 'vitest';
import { progressTo } from '../../../cli/progress.ts';
import { resendAll } from '../../../cli/replay/resend.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { named, reaches, says, told } from '../../support/reports.ts';

const shopping = told(says('IN_PROGRESS', 1), says('FAILED', 2), reaches('authorized', 3)).payment;
const kept = new Map<string, Payment>();
const keep = (name: string, payment: Payment = shopping) => {
  const id = named(name);
  kept.set(id, { ...payment, id });
  return id;
};

/** Publishes into a list; refuses what `refuses` names. */
function scene({ refuses = (_: string, __: number): string | undefined => undefined, meanwhile = () => {} } = {}) {
  const out: string[] = [];
  const payments: Parameters<typeof resendAll>[1]['payments'] = {
    find: async (id) => kept.get(id),
    all: async function* () {},
    about: async () => kept.size,
    publishAgain: async ({ payment, from = 1 }) => {
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
const resent = (scene: { payments: Parameters<typeof resendAll>[1]['payments'] }, ...names: string[]) =>
  resendAll(
    names.map((name) => ({ payment: named(name), from: 1 })),
    { ...scene, dryRun: false, told: () => undefined },
  );

test('a payment whose change is refused ends there, and the others go on', async () => {
  for (const name of ['a', 'b', 'c']) keep(name);
  const refused = scene({ refuses: (id, sequence) => (id === 'b' && sequence === 2 ? 'Throttled' : undefined) });
  expect(await resent(refused, 'a', 'b', 'c')).toEqual({
    payments: 3,
    changes: 7,
    stopped: [{ payment: 'b', sequence: 2, reason: 'Throttled' }],
    unknown: [],
  });
  expect(refused.out.filter((line) => line.startsWith('b'))).toEqual(['b 1']);
});

test('a change that comes in meanwhile goes out behind the others, so that nobody ends with an older one', async () => {
  keep('a', told(says('IN_PROGRESS', 1)).payment);
  let once = () => {
    keep('a');
    once = () => {};
  };
  const moving = scene({ meanwhile: () => once() });
  expect(await resent(moving, 'a')).toMatchObject({ payments: 1, changes: 3 });
  expect(moving.out).toEqual(['a 1', 'a 2', 'a 3']);
});

test('many payments are each replayed once and in order, however many are under way', async () => {
  const names = Array.from({ length: 50 }, (_, index) => keep(`p-${index}`));
  const { out, payments } = scene();
  expect(await resent({ payments }, ...names)).toMatchObject({ payments: 50, changes: 150 });
  for (const name of names) expect(out.filter((line) => line.startsWith(`${name} `))).toHaveLength(3);
  expect(out.filter((line) => line.startsWith('p-7 '))).toEqual(['p-7 1', 'p-7 2', 'p-7 3']);
});

test('when the table fails, so does the replay', async () => {
  const { payments } = scene();
  const find = () => Promise.reject(new Error('AccessDenied'));
  await expect(resent({ payments: { ...payments, find } }, 'a')).rejects.toThrow('AccessDenied');
});

test('long work tells how far it is, short work says nothing', () => {
  const said: string[] = [];
  let ms = 0;
  const tell = progressTo({ write: (text) => said.push(text) }, () => ms);
  for (ms of [0, 500, 1999, 2000, 2001, 3999, 4000]) tell(`at ${ms}`);
  expect(said).toEqual(['at 2000\n', 'at 4000\n']);
});
