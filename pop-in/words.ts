/** The texts of the overlay. */
export type Words = typeof english;

export const english = {
  title: 'Pay with Klarna',
  close: 'Close and go back to the shop',
  frame: "Klarna's payment page",
  notVisible: "Can't see Klarna's page?",
  open: 'Open Klarna in a window',
  waiting: 'Continue in the window that has opened. This page waits for you.',
  confirming: 'One moment: your payment is being confirmed.',
};
