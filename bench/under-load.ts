import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Relay, startRelay } from '../local/relay.ts';
import { synthesise } from '../local/synthesise.ts';
import { changedPayment } from '../stories/change-row.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import type { Called, Calls } from './caller.ts';
import { quantile } from './median.ts';

export type Load = Awaited<ReturnType<typeof underLoad>>;

/** Callers that the local system can serve, and twice as many as it lets wait for a function. */
const callers = { served: 20, tooMany: 600 };

/**
 * The whole local system, over HTTP, for half of the time with as many callers as it can serve and for half of it with far
 * too many. `lost` is what was answered 200 and never published, `p50` and `p99` are milliseconds.
 */
export async function underLoad({ seconds, progress }: { seconds: number; progress: (text: string) => void }) {
  const relay = await startRelay({ template: unlimited(await synthesise()) });
  try {
    await called(relay, { callers: callers.served, seconds: 2, name: 'warm' });
    progress(`${callers.served} callers for ${seconds / 2} s`);
    const served = await called(relay, { callers: callers.served, seconds: seconds / 2, name: 'served' });
    progress(`${callers.tooMany} callers for ${seconds / 2} s`);
    const tooMany = await called(relay, { callers: callers.tooMany, seconds: seconds / 2, name: 'too-many' });
    progress('waiting until all is published');
    await relay.idle();
    const published = wordsPublished(relay);
    return {
      ...figures(served, published),
      overload: {
        ...figures(tooMany, published),
        refusedPerSecond: Math.round(tooMany.refused.length / tooMany.seconds),
        refusedP99: ms(tooMany.refused, 0.99),
        /** Neither 200 nor a refusal that asks to come again. */
        otherAnswers: Object.entries(tooMany.statuses)
          .filter(([status]) => !['200', '429', '503'].includes(status))
          .reduce((sum, [, count]) => sum + count, 0),
      },
    };
  } finally {
    await relay.stop();
  }
}

const figures = (called: Called, published: Map<string, string[]>) => ({
  callbacksPerSecond: Math.round(called.took.length / called.seconds),
  p50: ms(called.took, 0.5),
  p99: ms(called.took, 0.99),
  answered: called.took.length,
  lost: called.payments.reduce((sum, { name, words }) => sum + missing(words, published.get(name) ?? []), 0),
});

const ms = (values: number[], share: number) => (values.length > 0 ? Number(quantile(values, share).toFixed(1)) : 0);

/** How many of the words that were answered 200 are not what was published at their place. */
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

/** More payments than anybody can call about in that time. */
const mostPerSecond = 4000;

async function called({ mint }: Relay, { name, ...rest }: Omit<Calls, 'payments'> & { name: string }): Promise<Called> {
  const payments = Array.from({ length: rest.seconds * mostPerSecond }, (_, index) => {
    const payment = paymentIdOf(`${name}-${index}`);
    return { name: payment, url: mint('status_update', payment) };
  });
  const child = fork(new URL('caller.ts', import.meta.url));
  child.send({ ...rest, payments } satisfies Calls);
  const [answer]: Called[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the callers ended early'))),
  ]);
  if (!answer) throw new Error('no figures');
  return answer;
}

/** API Gateway's limits would be all that is measured. */
const unlimited = (template: unknown): unknown =>
  JSON.parse(JSON.stringify(template), (key, value) => (/^Throttling(Rate|Burst)Limit$/.test(key) ? 1e6 : value));
