/** What a subscriber keeps of each payment: the last event that it handled. */
export type LastHandled = { incarnation: string; sequence: number };

type Place = LastHandled & { firstSequence: number; replayedFrom?: number | undefined };

/**
 * What a subscriber does with an event when `last` is the event of this payment that it handled last, undefined before
 * the first: handle it and keep its incarnation and sequence, drop a repeat, or put an early one back in the queue until
 * the gap is filled. A payment starts with sequence 1, or where the replay starts with which a subscriber joins late.
 * Works only for a rule that takes all detail types: an event that the rule leaves out would be waited for in vain.
 */
export function inOrder(event: Place, last: LastHandled | undefined): 'handle' | 'drop' | 'wait' {
  if (!last) return event.sequence === 1 || event.sequence === event.replayedFrom ? 'handle' : 'wait';
  if (event.incarnation < last.incarnation) return 'drop';
  if (event.incarnation > last.incarnation) return startsAfter(event, last) ? 'handle' : 'wait';
  if (event.sequence <= last.sequence) return 'drop';
  return event.sequence === last.sequence + 1 ? 'handle' : 'wait';
}

/** A newer incarnation goes on from what the restored item holds, and so does the subscriber once it has seen that. */
const startsAfter = ({ sequence, firstSequence }: Place, last: LastHandled) =>
  sequence === firstSequence && last.sequence >= firstSequence - 1;
