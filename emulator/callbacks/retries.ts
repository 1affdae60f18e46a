import type { KlarnaCallbackKind } from './outgoing-callback.ts';

type RetryPolicy = {
  /** Milliseconds that Klarna waits for an answer. */
  timeoutMs: number;
  /** Milliseconds before the second attempt, the third, and so on; after the last one Klarna stops. */
  pausesMs: number[];
  isAccepted: (status: number) => boolean;
};

const isSuccess = (status: number) => status < 300;
const minute = 60_000;

/** How long Klarna waits for each callback and how often it repeats it. */
export const retryPolicies: Record<KlarnaCallbackKind, RetryPolicy> = {
  status_update: { timeoutMs: 3000, pausesMs: [3000, 3000, 3000], isAccepted: isSuccess },
  authorization: { timeoutMs: 2000, pausesMs: [1000, 2000], isAccepted: isSuccess },
  notification: {
    timeoutMs: 3000,
    pausesMs: Array(144).fill(10 * minute), // one day
    isAccepted: (status) => status === 200,
  },
  push: {
    timeoutMs: 5000,
    pausesMs: [5, 15, 30, 60, ...Array(11).fill(240)].map((minutes) => minutes * minute), // two days
    isAccepted: isSuccess,
  },
};
