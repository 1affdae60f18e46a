/** The buttons of the page, each for one behaviour of a shopper (../shopper/behaviours.ts). */
export const choices = [
  {
    title: 'Pays',
    buttons: [
      { behaviour: 'approve', label: 'Approve', note: 'at once, the usual case' },
      { behaviour: 'slow_bank', label: 'Slow bank', note: 'approved after ten seconds' },
      { behaviour: 'approve_pending', label: 'Risk pending', note: 'and never decided' },
      { behaviour: 'pending_accepted', label: 'Risk accepts', note: 'pending for ten seconds' },
      { behaviour: 'pending_rejected', label: 'Risk rejects', note: 'pending for ten seconds' },
      { behaviour: 'accepted_stopped', label: 'Risk stops', note: 'ten seconds after approval' },
    ],
  },
  {
    title: 'Does not pay',
    buttons: [
      { behaviour: 'decline', label: 'Decline', note: 'may try again' },
      { behaviour: 'second_attempt', label: 'Second attempt', note: 'declined, stays on this page' },
      { behaviour: 'approve_rejected', label: 'Risk refuses', note: 'at once' },
      { behaviour: 'error', label: 'Technical error', note: 'may try again' },
      { behaviour: 'identity_check', label: 'Identity check', note: 'must be passed first' },
      { behaviour: 'back', label: 'Back', note: 'to the shop, may return' },
      { behaviour: 'cancel', label: 'Cancel', note: 'for good' },
      { behaviour: 'leave', label: 'Leave', note: 'closes the page' },
    ],
  },
] as const;

export const callbackKindChoices = ['status_update', 'authorization', 'push', 'notification'] as const;

/** What can happen to a callback, by its name in POST /control/callbacks. */
export const mishapChoices = {
  usual: { label: 'arrives' },
  lose: { label: 'is lost' },
  double: { label: 'arrives twice' },
  delay: { label: 'arrives ten seconds late' },
  reorder: { label: 'arrives after the next one' },
  empty: { label: 'arrives without a body' },
} as const;

/** How Klarna's API answers the next requests; `answers` is the body of POST /control/answers. */
export const apiChoices: Record<string, { label: string; answers: object[] }> = {
  usual: { label: 'as usual', answers: [] },
  limited: { label: '429 Too Many Requests, three times', answers: [{ status: 429, reset: 1, times: 3 }] },
  down: { label: '503 Service Unavailable, three times', answers: [{ status: 503, times: 3 }] },
  silent: { label: 'not at all, three times', answers: [{ hang: true, times: 3 }] },
  lost: { label: 'not at all, but carries out one request', answers: [{ hang: true, applies: true }] },
};
