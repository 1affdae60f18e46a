import type { PlantedBug } from './planted-bug.ts';

/** Bugs in the law, and in how a payment is read, changed and saved. */
export const paymentBugs: readonly PlantedBug[] = [
  {
    name: 'a save that came second counts as done',
    file: 'lambdas/payment/record.ts',
    replace: "if ('saved' in save) return [save.saved, result];",
    by: "return ['saved' in save ? save.saved : after, result];",
    seed: 1,
  },
  {
    name: 'a refused save of a known payment is repeated over the newer one',
    file: 'lambdas/payment/record.ts',
    replace: 'current = save.stale;',
    by: 'current = known && save.stale ? { ...known, version: save.stale.version } : save.stale;',
    seed: 2,
  },
  {
    name: 'a newer reading of an order does not take the place of an older one',
    file: 'lambdas/payment/field-updates.ts',
    replace: 'return a.version === newest ? a : b;',
    by: 'return a.version === newest ? b : a;',
    seed: 1,
  },
  {
    name: 'no task reads a session by the clock',
    file: 'lambdas/payment/tasks/session-tasks.ts',
    replace: 'return [last < closing ? earlier(next, closing) : next];',
    by: 'return [];',
    seed: 1,
  },
  {
    name: 'no task reads a pending order',
    file: 'lambdas/payment/tasks/order-reads.ts',
    replace: "(read.stage === 'pending' ? pendingReads(read, last) : watch(read, last))",
    by: "(read.stage === 'pending' ? [] : watch(read, last))",
    seed: 13,
  },
  {
    name: 'no task finishes an operation',
    file: 'lambdas/payment/tasks/klarna-tasks.ts',
    replace: "!result && kind !== 'session'",
    by: "!result && kind === 'extension'",
    seed: 7,
  },
  {
    name: 'an operation that is under way is claimed once more',
    file: 'lambdas/payment/claims.ts',
    replace: 'if (known) return [payment, repeatedClaim(known, operation)];',
    by: 'if (known?.result) return [payment, repeatedClaim(known, operation)];',
    seed: 6,
  },
  {
    name: 'a late word takes the place of the last one',
    file: 'lambdas/payment/stage-updates.ts',
    replace: 'if (reported.final !== held.final) return reported.final;',
    by: 'if (reported.final !== held.final) return true;',
    seed: 2,
  },
  {
    name: 'an answer to an operation is published each time it is reported',
    file: 'lambdas/payment/apply.ts',
    replace: "if (isRepeat(payment, report)) return [repeated(before, report), 'duplicate'];",
    by: '',
    seed: 2,
  },
];
