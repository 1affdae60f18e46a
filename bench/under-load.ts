import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Relay, startRelay } from '../local/relay.ts';
import { synthesise } from '../local/synthesise.ts';
import { changedPayment } from '../stories/change-row.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import type { CallersJob, CallersResult } from './caller.ts';
import { quantile } from './median.ts';

export type LoadFigures = Awaited<ReturnType<typeof underLoad>>;

/** As many callers as the local run can serve, and twice as many as it lets wait for a function. */
const callers = { served: 20, tooMany: 600 };

/**
 * Measures the whole local run over HTTP: for half of the time with as many callers as it can serve, for the other half with far too
 * many. `lost` counts callbacks that were answered 200 and never published. `p50` and `p99` are milliseconds.
 */
export async function underLoad({ seconds, progress }: { seconds: number; progress: (text: string) => void }) {
  const relay = await startRelay({ template: unlimited(await synthesise()) });
  try {
    await runCallers(relay, { callers: callers.served, seconds: 2, name: 'warm' });
    progress(`${callers.served} callers for ${seconds / 2} s`);
    const served = await runCallers(relay, { callers: callers.served, seconds: seconds / 2, name: 'served' });
    progress(`${callers.tooMany} callers for ${seconds / 2} s`);
    const tooMany = await runCallers(relay, { callers: callers.tooMany, seconds: seconds / 2, name: 'too-many' });
    progress('waiting until all is published');
    await relay.idle();
    const published = wordsPublished(relay);
    return {
      ...figures(served, published),
      overload: {
        ...figures(tooMany, published),
        refusedPerSecond: Math.round(tooMany.refused.length / tooMany.seconds),
        refusedP99: ms(tooMany.refused, 0.99),
        /** Neither 200 nor a refusal after which Klarna retries. */
        otherAnswers: Object.entries(tooMany.statuses)
          .filter(([status]) => !['200', '429', '503'].includes(status))
          .reduce((sum, [, count]) => sum + count, 0),
      },
    };
  } finally {
    await relay.stop();
  }
}

const figures = (result: CallersResult, published: Map<string, string[]>) => ({
  callbacksPerSecond: Math.round(result.took.length / result.seconds),
  p50: ms(result.took, 0.5),
  p99: ms(result.took, 0.99),
  answered: result.took.length,
  lost: result.payments.reduce((sum, { name, words }) => sum + missing(words, published.get(name) ?? []), 0),
});

const ms = (values: number[], share: number) => (values.length > 0 ? Number(quantile(values, share).toFixed(1)) : 0);

/** How many of the words that were answered 200 were not published in their place. */
const missing = (words: string[], published: string[]) =>
  words.filter((word, index) => published[index] !== word).length;

function wordsPublished(relay: Relay): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const event of relay.events()) {
    const { pspStatus } = event.detail as { pspStatus: string };
    words.set(changedPayment(event), [...(words.get(changedPayment(event)) ?? []), pspStatus]);
  }
  return words;
}

/** More payments than the callers can post about. */
const mostPerSecond = 4000;

async function runCallers(
  { mint }: Relay,
  { name, ...rest }: Omit<CallersJob, 'payments'> & { name: string },
): Promise<CallersResult> {
  const payments = Array.from({ length: rest.seconds * mostPerSecond }, (_, index) => {
    const payment = paymentIdOf(`${name}-${index}`);
    return { name: payment, url: mint('status_update', payment) };
  });
  const child = fork(new URL('caller.ts', import.meta.url));
  child.send({ ...rest, payments } satisfies CallersJob);
  const [answer]: CallersResult[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the callers ended early'))),
  ]);
  if (!answer) throw new Error('no figures');
  return answer;
}

/** The template without the limits of API Gateway, which would otherwise determine every figure. */
const unlimited = (template: unknown): unknown =>
  JSON.parse(JSON.stringify(template), (key, value) => (/^Throttling(Rate|Burst)Limit$/.test(key) ? 1e6 : value));
