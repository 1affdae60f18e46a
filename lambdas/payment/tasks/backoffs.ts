import type { Payment } from '../payment.ts';
import type { Report } from '../report.ts';

/** The name under which a task pauses: its kind, and what it is about where there can be several. */
export const taskKey = ({ kind, about }: { kind: string; about?: string | undefined }): string =>
  about === undefined ? kind : `${kind} ${about}`;

/**
 * The pauses that a report leaves. A read that succeeded, or that somebody requests anew, does not wait any longer, and
 * a new token, which lives for an hour only, lets everything that needs a token start at once.
 */
export function backoffsAfter(payment: Payment, report: Report): Payment['backoffs'] {
  const { backoffs } = payment;
  const reads = [`read ${report.read?.target ?? report.readRequest}`, `read hinted order ${report.hintedOrderId}`];
  const isOver = (key: string) => (key.startsWith('read ') ? reads.includes(key) : hasNewToken(payment, report));
  const left = Object.entries(backoffs).filter(([key]) => !isOver(key));
  return left.length === Object.keys(backoffs).length ? backoffs : Object.fromEntries(left);
}

const hasNewToken = ({ facts }: Payment, report: Report): boolean =>
  (report.facts.authorizations ?? []).some(
    ({ sealed, fingerprint }) => sealed && !facts.authorizations?.some((held) => held.fingerprint === fingerprint),
  );
