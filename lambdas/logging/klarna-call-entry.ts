import type { KlarnaCall } from '../klarna/client/connection.ts';
import type { LogEntry } from './logger.ts';

/** One call to Klarna, with its attempts. */
export const klarnaCallEntry = (call: KlarnaCall): LogEntry => ({
  level: call.outcome === 'ok' ? 'info' : 'warn',
  message: 'klarna',
  fields: call,
  metrics: {
    KlarnaCalls: 1,
    ...(call.outcome === 'refused' && { KlarnaRefusals: 1 }),
    ...(call.outcome === 'unavailable' && { KlarnaUnavailable: 1 }),
  },
});
