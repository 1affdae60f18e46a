/** Times are ISO 8601, UTC, with milliseconds, so that they compare as text; durations are milliseconds. */
export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;

/** An authorization token lives 60 minutes (Klarna, "Authorization callback"). */
export const tokenLifetime = 60 * minutes;

/** A session of Klarna Payments lives 48 hours (Klarna, "Initiate a payment"), the hosted one an hour less. */
export const sessionLifetime = 48 * hours;

/**
 * Klarna decides on a pending order within 24 hours (Klarna, "Pending orders"). One more hour lets us read the
 * decision.
 */
export const decisionTime = 25 * hours;

/** Klarna forgets an idempotency key after 24 hours (Klarna, "Order management"). */
export const idempotencyKeyLifetime = 24 * hours;

/** How long a request or another run may still be at work on an operation before a task resumes it. */
export const grace = 1.5 * minutes;

export const after = (at: string, ms: number): string => iso(Date.parse(at) + ms);
export const later = (a: string, b: string): string => iso(Math.max(Date.parse(a), Date.parse(b)));
export const earlier = (a: string, b: string): string => iso(Math.min(Date.parse(a), Date.parse(b)));

const iso = (ms: number) => new Date(ms).toISOString();

/** The system clock. Only dependencies/ and the command line use it: everything else gets its clock as an argument. */
export const systemClock = (): Date => new Date();
