/**
 * What a subscriber does with an event when `last` is the sequence that it handled last for this payment (0 before the
 * first): handle it and store its sequence, drop a repeat, or put an early one back in the queue until the gap is
 * filled. Works only for a rule that takes all detail types: an event that the rule leaves out would be waited for in
 * vain.
 */
export function inOrder({ sequence }: { sequence: number }, last: number): 'handle' | 'drop' | 'wait' {
  if (sequence <= last) return 'drop';
  return sequence === last + 1 ? 'handle' : 'wait';
}
