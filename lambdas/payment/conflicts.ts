import { definedEntries, discardToken } from './facts.ts';
import { limits } from './limits.ts';
import type { Payment } from './payment.ts';
import type { Report } from './report.ts';

/**
 * The contradictions after one more. Equal ones share a place. When all places are taken, one that names an order drives
 * out one that names none, or else the oldest; one that names none is not kept.
 */
export function conflictsAfter({ conflicts: held }: Payment, report: Report): Report[] {
  const added = withoutSealedTokens(report);
  if (held.some((each) => claimOf(each) === claimOf(added))) return held;
  if (held.length < limits.conflicts) return [...held, added];
  if (!isAboutOrder(added)) return held;
  const least = held.find((each) => !isAboutOrder(each)) ?? held[0];
  return [...held.filter((each) => each !== least), added];
}

/** The conflict keeps no token that could be used. */
function withoutSealedTokens(report: Report): Report {
  const authorizations = report.facts.authorizations?.map(discardToken);
  return authorizations ? { ...report, facts: { ...report.facts, authorizations } } : report;
}

/** True for a second order, and for one that Klarna implies without naming it. */
const isAboutOrder = ({ facts: { order_id }, doubt }: Report) => order_id !== undefined || doubt === 'order_id';

/** What a contradiction claims, whoever claims it and whenever. */
const claimOf = ({ word, doubt, statement, facts: { hpp_session_id, kp_session_id, order_id } }: Report): string =>
  JSON.stringify(
    definedEntries({ word, doubt, stage: statement?.meaning.stage, hpp_session_id, kp_session_id, order_id }),
  );

/** True when Klarna implied that an order exists whose id nobody knows. */
export const impliesOrder = ({ conflicts, facts }: Payment): boolean =>
  !facts.order_id && conflicts.some(({ doubt }) => doubt === 'order_id');

/** The contradiction as a request to read: Klarna is asked what is true. */
export const asQuestion = ({ facts }: Payment, report: Report): Report => ({
  ...report,
  readRequest: facts.order_id ? 'order' : 'session',
});
