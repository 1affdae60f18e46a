import type { Payment } from '../../lambdas/payment/payment.ts';
import { nextTask } from '../../lambdas/payment/tasks.ts';
import type { Broken } from './story.ts';
import { tables } from './surroundings.ts';
import type { World } from './world.ts';

const hour = 3600_000;

/** Every payment rests: nothing is owed, nothing is unfinished, no token and no request is left. */
export function atRest(world: World): Broken[] {
  const { payments, around, clock } = world;
  const left = around.db.items(tables.requests).flatMap(({ id }) => id?.S ?? []);
  return payments().flatMap((payment) => {
    const { id, operations, facts } = payment;
    const wrong = (says: string): Broken => ({ invariant: 'every payment comes to rest', payment: id, says });
    const owed = nextTask(payment);
    const open = operations.filter(({ kind, result }) => !result && kind !== 'session');
    const tokens = (facts.authorizations ?? []).filter(
      ({ sealed, at }) => sealed && clock.now() - Date.parse(at) > hour,
    );
    const requests = mustBeForgotten(world, payment) ? left.filter((each) => each.startsWith(`${id}/`)) : [];
    return [
      ...(owed ? [wrong(`${id} is still owed: ${owed.kind} at ${owed.dueAt}`)] : []),
      ...open.map(({ kind }) => wrong(`${kind} of ${id} is unfinished`)),
      ...(tokens.length > 0 ? [wrong(`${id} still holds a sealed token`)] : []),
      ...requests.map((each) => wrong(`request ${each} is left behind`)),
    ];
  });
}

const dying = /^(crash|function hangs|DynamoDB)/;

/**
 * A request whose process ended before it could forget it, and the lines of an order that never came to be, are left to
 * DynamoDB, which forgets them after four days.
 */
function mustBeForgotten({ story }: World, { id, request, facts, stage }: Payment): boolean {
  const died = story.lines().some(({ who, says, payment }) => who === 'fault' && payment === id && dying.test(says));
  const used = request?.flow === 'tokenize' ? facts.customer_token_id : facts.order_id;
  return !died && (used !== undefined || stage === 'rejected');
}
