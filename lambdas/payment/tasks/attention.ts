import type { Attention } from '../change.ts';
import { definedEntries } from '../facts.ts';
import { appendChange } from '../field-updates.ts';
import { limits } from '../limits.ts';
import type { Payment } from '../payment.ts';
import {
  answerWarnings,
  authorizationWarnings,
  captureWarnings,
  failureWarnings,
  orderWarnings,
  stageWarnings,
  type Warning,
} from './warnings.ts';

/** The warnings that this payment will give, or should have given by now. Each is given once. */
export function pendingWarnings(payment: Payment): Warning[] {
  const given = new Set(payment.changes.flatMap(({ attention }) => (attention ? [keyOf(attention)] : [])));
  const room = Math.max(0, limits.warnings - given.size);
  const all = [
    ...authorizationWarnings(payment),
    ...captureWarnings(payment),
    ...orderWarnings(payment),
    ...answerWarnings(payment),
    ...failureWarnings(payment),
    ...stageWarnings(payment),
  ];
  const pending = all.filter(({ attention }) => {
    const isNew = !given.has(keyOf(attention));
    given.add(keyOf(attention));
    return isNew;
  });
  return pending.slice(0, room);
}

/**
 * The payment with every warning that was due by `until` among its changes, given at `at`; the same object when none
 * was due. Later warnings wait, since something may still make them void.
 */
export function withWarnings(payment: Payment, at: string, until = at): Payment {
  const due = pendingWarnings(payment).filter((warning) => warning.at <= until);
  return due.reduce((after, { attention }) => withWarning(after, { attention, at }), payment);
}

const withWarning = (payment: Payment, { attention, at }: { attention: Attention; at: string }): Payment =>
  appendChange(payment, {
    stage: { from: payment.stage, to: payment.stage },
    pspStatus: 'WAITING',
    state: 'WAITING',
    code: 'SUCCEEDED',
    final: false,
    at,
    observedAt: at,
    observedVia: 'clock',
    verifiedBy: 'clock',
    attention,
  });

/** A token that is dated anew keeps its warning. */
const keyOf = ({ deadline, ...attention }: Attention) =>
  JSON.stringify(definedEntries(attention.authorization ? attention : { ...attention, deadline }));
