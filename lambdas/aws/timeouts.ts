/**
 * `requestTimeout` ends when a response begins, `socketTimeout` watches a connection that fell silent; milliseconds.
 */
const timeout = (most: number) => ({ requestTimeout: most, throwOnRequestTimeout: true, socketTimeout: most });

/** Settings of our AWS clients, by the caller who waits. */
export const timeouts = {
  /**
   * Klarna waits 2 s for a callback's answer: one read and one write, each tried twice, end before
   * handlers/http/endpoint.ts gives up.
   */
  callback: { maxAttempts: 2, requestHandler: timeout(400) },
  /** A merchant's request waits up to 29 s, a task longer, and so does the start of a container. */
  merchant: { maxAttempts: 3, requestHandler: timeout(2000) },
};
