import { unmarshall } from '@aws-sdk/util-dynamodb';
import { nextTask } from '../../lambdas/payment/tasks.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Item } from '../cloud/dynamodb/dynamodb.ts';
import type { Journal } from './entries.ts';
import type { Summary } from './entry.ts';

/** An item of the payments table; undefined where it is another table's. */
export function paymentIn(item: Item | undefined): Payment | undefined {
  if (!item?.id || !item.stage || !item.changes) return undefined;
  return unmarshall(item as Parameters<typeof unmarshall>[0]) as Payment;
}

/** One row of the list. */
export function summaryOf(payment: Payment, at: string): Summary {
  const { id, stage, session, request, changes, openedAt } = payment;
  const owed = nextTask(payment);
  return {
    payment: id,
    stage,
    session: session?.word,
    amount: request?.amount,
    currency: request?.currency,
    flow: request?.flow,
    changes: changes.length,
    openedAt,
    at,
    owed: owed && { does: owed.kind, at: owed.dueAt },
  };
}

/** One conditional write: what it moved, and the version that it stands under. */
export function noteWrite(journal: Journal, before: Payment | undefined, after: Payment): void {
  const moved = differences(before, after);
  journal.stands(summaryOf(after, journal.now().toISOString()));
  journal.note({
    payment: after.id,
    from: 'relay',
    to: 'table',
    title: moved[0] ?? 'what was read',
    result: `version ${after.version}`,
    tone: 'plain',
    why: 'One conditional write: it holds only if nobody saved in between. State, history and outbox are this one item.',
    detail: {
      version: after.version,
      stage: after.stage,
      session: after.session,
      changes: after.changes.length,
      operations: after.operations.length,
      moved,
      owed: nextTask(after),
    },
  });
}

function differences(before: Payment | undefined, after: Payment): string[] {
  const added = (what: 'changes' | 'operations' | 'conflicts') => after[what].length - (before?.[what].length ?? 0);
  const answered = ({ operations }: Payment) => operations.filter(({ result }) => result).length;
  const asks = Object.keys(after.readRequests).filter((look) => !before || !(look in before.readRequests));
  const lines = [
    !before && 'payment opened',
    before && before.stage !== after.stage && `${before.stage} → ${after.stage}`,
    before?.session?.word !== after.session?.word && `session ${after.session?.word}`,
    added('operations') > 0 && `${after.operations.at(-1)?.kind} noted, before Klarna is asked`,
    before &&
      answered(after) > answered(before) &&
      `${after.operations.findLast(({ result }) => result)?.kind} answered`,
    added('conflicts') > 0 && 'a contradiction kept apart',
    added('changes') > 0 && `change #${after.changes.length} in the outbox`,
    asks.length > 0 && `asks to read the ${asks.join(' and ')}`,
    JSON.stringify(before?.facts) !== JSON.stringify(after.facts) && 'facts kept',
    after.recentReports.length > 0 && after.recentReports.at(-1)?.id !== before?.recentReports.at(-1)?.id && 'a telling remembered',
  ];
  return lines.filter((line) => typeof line === 'string');
}
