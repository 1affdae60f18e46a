import type { Payment } from '../payment.ts';
import type { Report } from '../report.ts';

/** The name under which a task pauses: its kind, and what it is about where there can be several. */
export const taskKey = ({ kind, about }: { kind: string; about?: string | undefined }): string =>
  about === undefined ? kind : `${kind} ${about}`;

/**
 * The pauses that a report leaves. A read that succeeded, or that somebody requests anew, does not wait any longer, nor
 * does an operation that is answered. A new token, which lives for an hour only, lets everything that needs a token
 * start at once.
 */
export function backoffsAfter(payment: Payment, report: Report): Payment['backoffs'] {
  const { backoffs } = payment;
  const { read, readRequest, hintedOrderId, settlesHint, operation } = report;
  const over = [
    `read ${read?.target ?? readRequest}`,
    `read hinted order ${settlesHint?.order_id ?? hintedOrderId}`,
    `finish operation ${operation?.id}`,
  ];
  const isOver = (key: string) => over.includes(key) || (!key.startsWith('read ') && hasNewToken(payment, report));
  const left = Object.entries(backoffs).filter(([key]) => !isOver(key));
  return left.length === Object.keys(backoffs).length ? backoffs : Object.fromEntries(left);
}

const hasNewToken = ({ facts }: Payment, report: Report): boolean | undefined =>
  report.facts.authorizations?.some(
    ({ sealed, fingerprint }) => sealed && !facts.authorizations?.some((held) => held.fingerprint === fingerprint),
  );
