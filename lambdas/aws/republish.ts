import type { Payment } from '../payment/payment.ts';
import { type Bus, putEvents, toEntry } from './bus.ts';

export type RepublishResult = {
  published: number;
  /** The first change that the bus refused, and its error code; no later change was published. */
  stuck?: { change: string; sequence: number; reason: string } | undefined;
};

/**
 * Publishes the changes of one payment again, from sequence `from` on, under their original ids and marked `replayed`.
 * One at a time, so that none overtakes another, and no further than the first refusal.
 */
export const republish =
  ({ client, bus }: Bus) =>
  async ({ payment, from = 1 }: { payment: Payment; from?: number | undefined }): Promise<RepublishResult> => {
    let published = 0;
    for (const change of payment.changes.filter(({ sequence }) => sequence >= from)) {
      const [reason] = await putEvents(client, [toEntry({ payment, change, bus, replayed: true })]);
      if (reason) return { published, stuck: { change: change.id, sequence: change.sequence, reason } };
      published += 1;
    }
    return { published };
  };
