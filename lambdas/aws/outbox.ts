import type { Change } from '../payment/change.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { references } from '../payment/facts.ts';
import type { Payment } from '../payment/payment.ts';

/** A row of the table's stream (NEW_AND_OLD_IMAGES), as far as the outbox reads it. */
export type StreamRow = {
  dynamodb?: { SequenceNumber?: string; OldImage?: Image; NewImage?: Image };
};
type Image = Record<string, AttributeValue>;

export type PublishResult = {
  published: number;
  /** The sequence of the last change of each payment that is out. */
  acknowledged: Map<string, number>;
  /** Why rows were refused: EventBridge's error codes; empty when all went out. */
  refused: string[];
  /** The first change that is not out, and the sequence number of its row: the stream resumes there. */
  stuck?: { change: string; resumeAt: string } | undefined;
};

/** Where changes go. */
export type Bus = { client: EventBridgeClient; bus: string };

type Letter = { row: string; change: Change; entry: PutEventsRequestEntry };

/**
 * Puts the changes that a batch of stream rows added on the bus, in order, and stops at the first refusal. What went out
 * after a refused row in the same call goes out again later under the same id and sequence.
 */
export const outbox =
  ({ client, bus }: Bus) =>
  async (rows: StreamRow[]): Promise<PublishResult> => {
    let published = 0;
    const acknowledged = new Map<string, number>();
    for (const letters of calls(rows.flatMap((row) => lettersIn(row, bus)))) {
      const codes = await putEvents(
        client,
        letters.map(({ entry }) => entry),
      );
      const out = letters.filter((_, index) => !codes[index]);
      for (const { change } of out) acknowledged.set(change.paymentId, change.sequence);
      published += out.length;
      const stuck = letters.find((_, index) => codes[index]);
      if (stuck)
        return { published, acknowledged, refused: codes.filter((code) => code !== ''), stuck: stuckAt(stuck) };
    }
    return { published, acknowledged, refused: [] };
  };

const stuckAt = ({ change, row }: Letter) => ({ change: change.id, resumeAt: row });

/** The new entries of `changes`: those beyond the old image's. */
function lettersIn({ dynamodb }: StreamRow, bus: string): Letter[] {
  if (!dynamodb?.NewImage?.changes?.L) return []; // removed, or no payment
  const payment = unmarshall(dynamodb.NewImage) as Payment;
  const told = dynamodb.OldImage?.changes?.L?.length ?? 0;
  return payment.changes
    .slice(told)
    .map((change) => ({ row: dynamodb.SequenceNumber ?? '', change, entry: toEntry({ payment, change, bus }) }));
}

type Told = { payment: Payment; change: Change; bus: string; replayed?: true };

/** One change as EventBridge takes it; docs/events.md is the contract. */
export const toEntry = ({ payment, change, bus, replayed }: Told): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: 'klarna-relay',
  DetailType: detailType(change),
  Time: new Date(change.observedAt),
  Detail: JSON.stringify({ ...change, references: references(payment.facts), replayed }),
});

function detailType({ operation, attention, stage }: Change): string {
  if (attention) return 'Payment Attention Needed';
  if (operation) return 'Payment Operation Finished';
  return stage.from === stage.to ? 'Payment Status Changed' : 'Payment Stage Changed';
}

/** PutEvents takes ten entries and may refuse any of them: a payment stands in a call once, so its order never depends on that. */
function calls(letters: Letter[]): Letter[][] {
  const groups: Letter[][] = [];
  for (const letter of letters) {
    const last = groups.at(-1);
    const fits = last && last.length < 10 && !last.some(({ change }) => change.paymentId === letter.change.paymentId);
    if (fits) last.push(letter);
    else groups.push([letter]);
  }
  return groups;
}

/** One code per entry, empty when it is out: only an EventId says so. A call that fails altogether refuses all of them. */
export async function putEvents(client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<string[]> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: entries }));
    const told = entries.map((_, index) => answer.Entries?.[index]);
    return told.map((entry) => (entry?.EventId ? '' : (entry?.ErrorCode ?? 'Unknown')));
  } catch (error) {
    return entries.map(() => (error instanceof Error ? error.name : 'Unknown'));
  }
}
