import type { PlantedBug } from './planted-bug.ts';

/** Bugs in what a report does to a payment: its stage, its order, its tokens and its contradictions. */
export const lawBugs: readonly PlantedBug[] = [
  {
    name: 'a repeated report does not request its read again',
    file: 'lambdas/payment/apply.ts',
    replace: 'if (report.statement || !report.readRequest) return before;',
    by: 'return before;',
    seed: 9,
  },
  {
    name: "Klarna's reference identifies the payment",
    file: 'lambdas/payment/facts.ts',
    replace: 'return identities.some((name) => held[name] && reported[name] && held[name] !== reported[name]);',
    by: `return (
    identities.some((name) => held[name] && reported[name] && held[name] !== reported[name]) ||
    (held.klarna && reported.klarna && held.klarna.klarna_reference !== reported.klarna.klarna_reference)
  );`,
    seed: 7,
  },
  {
    name: 'a hinted order takes the place of the one before it',
    file: 'lambdas/payment/field-updates.ts',
    replace: 'slice(-limits.hintedOrders)',
    by: 'slice(-1)',
    seed: 260,
  },
  {
    name: 'a rejected order that is captured moves no payment',
    file: 'lambdas/payment/stages.ts',
    replace: "rejected: ['part_captured'],",
    by: 'rejected: [],',
    seed: 297,
  },
  {
    name: 'a decision about an ended order is published as news',
    file: 'lambdas/payment/apply.ts',
    replace: " && (!isEnd(stage) || decided === 'REJECTED')",
    by: '',
    seed: 147,
  },
  {
    name: 'the end of a session ends a payment that has an order',
    file: 'lambdas/payment/stage-updates.ts',
    replace: 'if (facts.order_id !== undefined && isEnd(reported)) return true;',
    by: '',
    seed: 139,
  },
  {
    name: 'a stage of a newer version throws',
    file: 'lambdas/payment/stages.ts',
    replace: 'ahead.get(held)?.has(reported)',
    by: 'ahead.get(held).has(reported)',
    seed: 11,
  },
  {
    name: 'a save drops the facts of a newer version',
    file: 'lambdas/payment/facts.ts',
    replace: `...held,
    ...known,`,
    by: '...known,',
    seed: 5,
  },
  {
    name: 'a process gives up after five refused saves',
    file: 'lambdas/payment/record.ts',
    replace: 'const maxAttempts = 25;',
    by: 'const maxAttempts = 5;',
    seed: 176,
  },
];
