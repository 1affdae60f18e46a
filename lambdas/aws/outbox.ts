import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Change, detailType } from '../payment/change.ts';
import { references } from '../payment/facts.ts';
import type { Payment } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';

/** A row of the table's stream (NEW_AND_OLD_IMAGES), as far as the outbox reads it. */
export type StreamRow = {
  dynamodb?: { SequenceNumber?: string; OldImage?: Image; NewImage?: Image };
};
type Image = Record<string, AttributeValue>;

export type PublishResult = {
  published: number;
  /** Of each payment the sequence up to which the bus has accepted every change. */
  acknowledged: Map<string, number>;
  /** Why changes were refused: EventBridge's error codes; empty when all were accepted. */
  refused: string[];
  /** The first change that was refused, and the sequence number of its row: the stream resumes there. */
  stuck?: { change: string; resumeAt: string } | undefined;
};

/** The bus that changes are published on. */
export type Bus = { client: EventBridgeClient; bus: string };

type OutboxEntry = { row: string; change: Change; entry: PutEventsRequestEntry };

/** The sequence up to which every change of a payment is known to be on the bus; 0 when nothing is known. */
export type Acknowledged = (payment: PaymentId) => Promise<number>;

/**
 * Publishes the changes of a batch of stream rows in order, and stops at the first refusal: those that a row added, and
 * before them those of earlier rows that never got through. Changes that were accepted after a refused one in the same
 * call are published again later, under the same id and sequence.
 * @throws where `acknowledged` throws
 */
export const outbox =
  ({ client, bus, acknowledged: known }: Bus & { acknowledged: Acknowledged }) =>
  async (rows: StreamRow[]): Promise<PublishResult> => {
    let published = 0;
    const acknowledged = new Map<string, number>();
    for (const batch of batches(await newEntries(rows, { bus, known }))) {
      const codes = await putEvents(
        client,
        batch.map(({ entry }) => entry),
      );
      const accepted = batch.filter((_, index) => !codes[index]);
      for (const { change } of accepted) acknowledged.set(change.paymentId, change.sequence);
      published += accepted.length;
      const stuck = batch.find((_, index) => codes[index]);
      if (stuck) {
        const { change, row: resumeAt } = stuck;
        return { published, acknowledged, refused: codes.filter(Boolean), stuck: { change: change.id, resumeAt } };
      }
    }
    return { published, acknowledged, refused: [] };
  };

/**
 * The changes of each row from the lesser of two on: what the old image had, since a note alone may be of another item,
 * and what is known to be out, since earlier rows may have been lost and the new image holds all changes.
 */
async function newEntries(
  rows: StreamRow[],
  { bus, known }: { bus: string; known: Acknowledged },
): Promise<OutboxEntry[]> {
  const saves = rows.flatMap(saveIn).filter(mayHoldNews);
  const ids = [...new Set(saves.map(({ payment }) => payment.id))];
  const out = new Map(await Promise.all(ids.map(async (id) => [id, await known(id)] as const)));
  return saves.flatMap(({ row, payment, before }) => {
    const known = Math.max(out.get(payment.id) ?? 0, confirmedIn(payment));
    out.set(payment.id, Math.max(known, payment.changes.length)); // for the next row of this batch
    return payment.changes
      .slice(Math.min(before, known))
      .map((change) => ({ row, change, entry: toEntry({ payment, change, bus }) }));
  });
}

/** A row of the stream as the save of a payment; `before` is how many changes the payment had before it. */
type Save = { row: string; payment: Payment; before: number };

function saveIn({ dynamodb }: StreamRow): Save[] {
  if (!dynamodb?.NewImage?.changes?.L) return []; // removed, or not a payment
  const payment = unmarshall(dynamodb.NewImage) as Payment;
  return [{ row: dynamodb.SequenceNumber ?? '', payment, before: dynamodb.OldImage?.changes?.L?.length ?? 0 }];
}

/** False where nothing was added and everything is confirmed: such a row costs no read. */
const mayHoldNews = ({ payment, before }: Save) => Math.min(before, confirmedIn(payment)) < payment.changes.length;

const confirmedIn = ({ confirmation }: Payment) => confirmation?.sequence ?? 0;

type Publication = { payment: Payment; change: Change; bus: string; replayed?: true };

/** One change as EventBridge takes it; docs/events.md is the contract. */
export const toEntry = ({ payment, change, bus, replayed }: Publication): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: 'klarna-relay',
  DetailType: detailType(change),
  Time: new Date(change.observedAt),
  Detail: JSON.stringify({ ...change, references: references(payment.facts), replayed }),
});

/**
 * PutEvents takes ten entries and may refuse any of them. A call holds one change per payment, so a refusal never
 * breaks the order.
 */
function batches(entries: OutboxEntry[]): OutboxEntry[][] {
  const groups: OutboxEntry[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const fits = last && last.length < 10 && !last.some(({ change }) => change.paymentId === entry.change.paymentId);
    if (fits) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

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
