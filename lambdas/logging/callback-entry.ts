import type { Reading } from '../klarna/inbound/callbacks.ts';
import type { Outcome, Payment } from '../payment/payment.ts';
import type { Report } from '../payment/report.ts';
import type { LogEntry } from './logger.ts';

/** One callback: how it was understood, and what became of it. */
export function callbackEntry(callback: {
  reading: Reading;
  payment: Payment;
  outcome: Outcome;
  savedAt: Date;
}): LogEntry {
  const { reading, payment, outcome, savedAt } = callback;
  const { report, eventId, understood } = reading;
  const isUnrecognised = understood === 'unreadable' || understood === 'unknown_word';
  return {
    level: outcome === 'conflict' || isUnrecognised ? 'warn' : 'info',
    message: 'callback',
    fields: {
      kind: report.source,
      payment: payment.id,
      outcome,
      understood,
      word: report.word,
      stage: payment.stage,
      sequence: payment.changes.length,
      event_id: eventId,
    },
    metrics: {
      Callbacks: 1,
      ...(isUnrecognised && { Unrecognised: 1 }),
      ...(outcome === 'conflict' && { Conflicts: 1 }),
      ...(outcome === 'unpublished' && { Unpublished: 1 }),
      ...(outcome === 'advanced' && { LearnedByCallback: 1 }),
      ...(outcome === 'advanced' && hasKlarnasTime(report) && { DelayMs: savedAt.getTime() - Date.parse(report.at) }),
    },
    split: { metrics: ['Callbacks'], by: ['kind', 'outcome'] },
  };
}

/** Only a status update carries Klarna's own clock. */
const hasKlarnasTime = ({ source }: Report) => source === 'status_update';
