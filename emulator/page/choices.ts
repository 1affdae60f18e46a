/** What can be chosen on the page; the buttons are behaviours of a shopper (shopper.ts), the rest goes to Klarna's control doors. */
export const choices = [
  {
    title: 'Pays',
    buttons: [
      { does: 'approve', label: 'Approve', tells: 'the usual, at once' },
      { does: 'slow_bank', label: 'Slow bank', tells: 'approves after ten seconds' },
      { does: 'approve_pending', label: 'Risk pending', tells: 'and left undecided' },
      { does: 'pending_accepted', label: 'Risk accepts', tells: 'pending for ten seconds' },
      { does: 'pending_rejected', label: 'Risk rejects', tells: 'pending for ten seconds' },
      { does: 'accepted_stopped', label: 'Risk stops', tells: 'ten seconds after approval' },
    ],
  },
  {
    title: 'Does not pay',
    buttons: [
      { does: 'decline', label: 'Decline', tells: 'may try again' },
      { does: 'second_attempt', label: 'Second attempt', tells: 'declined, and stays here' },
      { does: 'approve_rejected', label: 'Risk refuses', tells: 'at once' },
      { does: 'error', label: 'Technical error', tells: 'may try again' },
      { does: 'identity_check', label: 'Identity check', tells: 'has to be passed first' },
      { does: 'back', label: 'Back', tells: 'to the shop, may return' },
      { does: 'cancel', label: 'Cancel', tells: 'for good' },
      { does: 'leave', label: 'Leave', tells: 'goes away without a word' },
    ],
  },
] as const;

const options = {
  usual: { label: 'arrives' },
  lose: { label: 'is lost' },
  double: { label: 'arrives twice' },
  delay: { label: 'arrives ten seconds late' },
  reorder: { label: 'arrives after the next one' },
  empty: { label: 'arrives without a body' },
} as const;

/** What may happen to each kind of callback. */
export const ways = {
  kinds: [
    { kind: 'status_update', label: 'status_update' },
    { kind: 'authorization', label: 'authorization' },
    { kind: 'push', label: 'push' },
    { kind: 'notification', label: 'notification' },
  ],
  options,
} as const;

/** How Klarna's API answers the next requests, as POST /control/answers takes it. */
export const servers: Record<string, { label: string; answers: object[] }> = {
  usual: { label: 'as usual', answers: [] },
  limited: { label: '429 three times: too many requests', answers: [{ status: 429, reset: 1, times: 3 }] },
  down: { label: '503 three times: not available', answers: [{ status: 503, times: 3 }] },
  silent: { label: 'not at all, three times', answers: [{ hang: true, times: 3 }] },
  lost: { label: 'they do it, but the answer is lost', answers: [{ hang: true, applies: true }] },
};
