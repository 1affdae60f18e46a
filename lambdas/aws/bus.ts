import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type Change, detailType } from '../payment/change.ts';
import { references } from '../payment/facts.ts';
import type { Payment } from '../payment/payment.ts';

/** The bus that changes are published on. */
export type Bus = { client: EventBridgeClient; bus: string };

type Publication = {
  payment: Payment;
  change: Change;
  bus: string;
  replayed?: true;
  /** Where the replay of this payment into the queue of one subscriber began. */
  replayedFrom?: number | undefined;
};

/** One change as EventBridge takes it; docs/events.md is the contract. */
export const toEntry = ({ payment, change, bus, replayed, replayedFrom }: Publication): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: 'klarna-relay',
  DetailType: detailType(change),
  Time: new Date(change.observedAt),
  Detail: JSON.stringify({
    ...change,
    firstSequence: firstSequence(payment, change),
    references: references(payment.facts),
    replayed,
    replayedFrom,
  }),
});

/** The sequence of the first change of this change's incarnation. */
const firstSequence = ({ changes }: Payment, { incarnation, sequence }: Change) =>
  changes.find((each) => each.incarnation === incarnation)?.sequence ?? sequence;

/**
 * One error code per entry, empty when it was accepted: only an EventId proves that. A call that fails altogether
 * refuses all entries.
 */
export async function putEvents(client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<string[]> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: entries }));
    const results = entries.map((_, index) => answer.Entries?.[index]);
    return results.map((result) => (result?.EventId ? '' : (result?.ErrorCode ?? 'Unknown')));
  } catch (error) {
    return entries.map(() => (error instanceof Error ? error.name : 'Unknown'));
  }
}
