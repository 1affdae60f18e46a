import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Change } from '../payment/change.ts';
import type { Payment } from '../payment/payment.ts';
import type { Noted } from './acknowledgements.ts';
import { type Bus, putEvents, toEntry } from './bus.ts';

/** A row of the table's stream (NEW_AND_OLD_IMAGES), as far as the outbox reads it. */
export type StreamRow = {
  dynamodb?: { SequenceNumber?: string; OldImage?: Image; NewImage?: Image };
};
type Image = Record<string, AttributeValue>;

export type PublishResult = {
  published: number;
  /** Of each payment the sequence up to which the bus has accepted every change. */
  acknowledged: Acknowledgement[];
  /** Why changes were refused: EventBridge's error codes; empty when all were accepted. */
  refused: string[];
  /** The first change that was refused, and the sequence number of its row: the stream resumes there. */
  stuck?: { change: string; resumeAt: string } | undefined;
};

/** The bus has accepted every change of a payment up to `sequence`. */
export type Acknowledgement = { payment: Noted; sequence: number };

type OutboxEntry = { row: string; payment: Payment; change: Change; entry: PutEventsRequestEntry };

/** The sequence up to which every change of a payment is known to be on the bus; 0 when nothing is known. */
type Acknowledged = (payment: Noted) => Promise<number>;

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
    const acknowledgements = new Map<string, Acknowledgement>();
    const result = () => ({ published, acknowledged: [...acknowledgements.values()] });
    for (const batch of batches(await newEntries(rows, { bus, known }))) {
      const codes = await putEvents(
        client,
        batch.map(({ entry }) => entry),
      );
      const accepted = batch.filter((_, index) => !codes[index]);
      for (const { payment, change } of accepted)
        acknowledgements.set(lifeOf(payment), { payment, sequence: change.sequence });
      published += accepted.length;
      const stuck = batch.find((_, index) => codes[index]);
      if (stuck) {
        const { change, row: resumeAt } = stuck;
        return { ...result(), refused: codes.filter(Boolean), stuck: { change: change.id, resumeAt } };
      }
    }
    return { ...result(), refused: [] };
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
  const payments = new Map(saves.map(({ payment }) => [lifeOf(payment), payment]));
  const notes = [...payments].map(async ([life, payment]) => [life, await known(payment)] as const);
  const out = new Map(await Promise.all(notes));
  return saves.flatMap(({ row, payment, before }) => {
    const known = Math.max(out.get(lifeOf(payment)) ?? 0, confirmedIn(payment));
    out.set(lifeOf(payment), Math.max(known, payment.changes.length)); // for the next row of this batch
    return payment.changes
      .slice(Math.min(before, known))
      .map((change) => ({ row, payment, change, entry: toEntry({ payment, change, bus }) }));
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

const lifeOf = ({ id, incarnation }: Noted) => `${id} ${incarnation}`;

const confirmedIn = ({ confirmation }: Payment) => confirmation?.sequence ?? 0;

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
