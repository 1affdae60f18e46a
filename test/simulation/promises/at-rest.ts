import type { Payment } from '../../../lambdas/payment/payment.ts';
import { nextTask } from '../../../lambdas/payment/tasks/tasks.ts';
import { tables } from '../relay/template-settings.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

const hour = 3600_000;

/** Every payment comes to rest: it has no next task, no unfinished operation, no sealed token and no kept request. */
export function atRest(world: World): BrokenPromise[] {
  const { payments, surroundings, clock } = world;
  const kept = surroundings.db.items(tables.requests).flatMap(({ id }) => id?.S ?? []);
  return payments().flatMap((payment) => {
    const { id, operations, facts } = payment;
    const broken = (text: string): BrokenPromise => ({ promise: 'every payment comes to rest', payment: id, text });
    const task = nextTask(payment);
    const unfinished = operations.filter(({ kind, result }) => !result && kind !== 'session');
    const tokens = (facts.authorizations ?? []).filter(
      ({ sealed, at }) => sealed && clock.now() - Date.parse(at) > hour,
    );
    const requests = mustBeDeleted(world, payment) ? kept.filter((each) => each.startsWith(`${id}/`)) : [];
    return [
      ...(task ? [broken(`${id} still has a task: ${task.kind} at ${task.dueAt}`)] : []),
      ...unfinished.map(({ kind }) => broken(`${kind} of ${id} is unfinished`)),
      ...(tokens.length > 0 ? [broken(`${id} still holds a sealed token`)] : []),
      ...requests.map((each) => broken(`request ${each} was not deleted`)),
    ];
  });
}

/** Faults that can keep a process from deleting a request. publish-changes keeps none. */
const interruption = /^(crash|function hangs|DynamoDB)(?!.* (in|of) publish-changes)/;

/**
 * A request is left to DynamoDB, which deletes it after four days, in two cases: its process was interrupted before it could delete
 * it, or it holds the lines of an order that was never placed.
 */
function mustBeDeleted({ transcript }: World, { id, request, facts, stage }: Payment): boolean {
  const wasInterrupted = transcript
    .entries()
    .some(({ actor, text, payment }) => actor === 'fault' && payment === id && interruption.test(text));
  const made = request?.flow === 'tokenize' ? facts.customer_token_id : facts.order_id;
  return !wasInterrupted && (made !== undefined || stage === 'rejected');
}
