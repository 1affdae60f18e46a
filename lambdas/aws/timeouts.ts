/** The first timeout ends when an answer begins, the second watches a connection that fell silent; milliseconds. */
const timeouts = (most: number) => ({ requestTimeout: most, throwOnRequestTimeout: true, socketTimeout: most });

/** For a callback: one read and one write, each tried twice, end before handlers/http.ts loses patience. */
export const quick = { maxAttempts: 2, requestHandler: timeouts(400) };

/** For init, which has seconds, but not for ever. */
export const patient = { maxAttempts: 3, requestHandler: timeouts(2000) };
