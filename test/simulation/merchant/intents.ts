/** An operation that the merchant wants executed once, however often it is requested under its key, and all answers to those requests. */
export type Intent = { payment: string; kind: string; operation: string; answers: (number | 'none')[] };

/** Everything that the merchant of a run intended, and the ids of its payments. */
export type Merchant = { intents: Intent[]; payments: string[] };
