import { isDeepStrictEqual } from 'node:util';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { nextTask } from '../../lambdas/payment/tasks/tasks.ts';
import type { Timeline } from './entries.ts';
import { summaryOf } from './payment-summary.ts';

/** Adds a conditional write of a payment: what it changed, and the new version. */
export function addWrite(timeline: Timeline, before: Payment | undefined, after: Payment): void {
  const differences = differencesBetween(before, after);
  const task = nextTask(after);
  timeline.updatePayment(summaryOf(after, timeline.now().toISOString()));
  timeline.add({
    payment: after.id,
    from: 'relay',
    to: 'table',
    title: differences[0] ?? 'read noted',
    result: `version ${after.version}`,
    tone: 'plain',
    why: 'One conditional write, which fails if another process saved first. State, history and outbox are this one item.',
    detail: {
      version: after.version,
      stage: after.stage,
      session: after.session,
      changes: after.changes.length,
      operations: after.operations.length,
      differences,
      next_task: task && { kind: task.kind, due_at: task.dueAt },
    },
  });
}

function differencesBetween(before: Payment | undefined, after: Payment): string[] {
  const lastReport = after.recentReports.at(-1)?.id;
  const readTargets = Object.keys(after.readRequests).filter((target) => !before || !(target in before.readRequests));
  const all = [
    !before && 'payment opened',
    before && before.stage !== after.stage && `${before.stage} → ${after.stage}`,
    before?.session?.word !== after.session?.word && `session ${after.session?.word}`,
    ...operationDifferences(before, after),
    count('conflicts', after) > count('conflicts', before) && 'conflict stored',
    count('changes', after) > count('changes', before) && `change #${after.changes.length} in the outbox`,
    readTargets.length > 0 && `${readTargets.join(' and ')} to be read`,
    !isDeepStrictEqual(before?.facts, after.facts) && 'facts stored',
    lastReport && lastReport !== before?.recentReports.at(-1)?.id && 'report remembered',
  ];
  return all.filter((each) => typeof each === 'string');
}

function operationDifferences(before: Payment | undefined, after: Payment): (string | false)[] {
  const answered = (payment: Payment | undefined) => (payment?.operations ?? []).filter(({ result }) => result);
  return [
    count('operations', after) > count('operations', before) &&
      `${after.operations.at(-1)?.kind} stored before the call to Klarna`,
    before !== undefined &&
      answered(after).length > answered(before).length &&
      `${answered(after).at(-1)?.kind} answered`,
  ];
}

const count = (field: 'changes' | 'operations' | 'conflicts', payment: Payment | undefined): number =>
  payment?.[field].length ?? 0;
