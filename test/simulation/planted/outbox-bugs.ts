import type { PlantedBug } from './planted-bug.ts';

/** Bugs in the publication of changes, and in what a subscriber makes of it. */
export const outboxBugs: readonly PlantedBug[] = [
  {
    name: 'a later change overtakes one whose row was given up',
    file: 'lambdas/aws/outbox.ts',
    replace: '.slice(Math.min(before, known))',
    by: '.slice(before)',
    seed: 60,
  },
  {
    name: 'a payment that comes back has the change ids of the one before it',
    file: 'lambdas/aws/store.ts',
    replace: 'newIncarnation: incarnationNow,',
    by: "newIncarnation: () => '0',",
    seed: 6,
  },
  {
    name: 'items that are older than a restore keep their incarnation',
    file: 'lambdas/aws/store.ts',
    replace: 'if (!restoredAt || !isOlderThan(payment.incarnation, restoredAt)) return payment;',
    by: 'return payment;',
    seed: 193,
  },
  {
    name: 'a subscriber that joins late waits for changes from before its time',
    file: 'events/in-order.ts',
    replace: 'event.sequence === 1 || event.sequence === event.replayedFrom',
    by: 'event.sequence === 1',
    seed: 10,
  },
  {
    name: 'a replay leaves out what was learned before its time and published after it',
    file: 'cli/replay/missed-events.ts',
    replace: 'return late?.sequence ?? firstSequenceIn([period], changes);',
    by: 'return firstSequenceIn([period], changes);',
    seed: 138,
  },
];
