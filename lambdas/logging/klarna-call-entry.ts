import type { KlarnaCall } from '../klarna/client/connection.ts';
import type { Logger } from './logger.ts';

/** Logs each call to Klarna, with its attempts. */
export const logKlarnaCalls =
  (logger: Logger) =>
  (call: KlarnaCall): void =>
    logger({
      level: call.outcome === 'ok' ? 'info' : 'warn',
      message: 'klarna',
      fields: call,
      metrics: {
        KlarnaCalls: 1,
        ...(call.outcome === 'refused' && { KlarnaRefusals: 1 }),
        ...(call.outcome === 'unavailable' && { KlarnaUnavailable: 1 }),
      },
    });
