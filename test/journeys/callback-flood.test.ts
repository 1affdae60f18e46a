import { expect, test } from 'vitest';
import { limits } from '../../lambdas/payment/limits.ts';

import { klarnaTime, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

const words = ['IN_PROGRESS', 'FAILED', 'BACK', 'ERROR'];

journey((relay) => {
  test('200 different callbacks of one payment at once are all recorded, some of them when Klarna repeats them', async () => {
    const { newPayment, send, publishedChanges, item, logEntries } = relay();
    const payment = newPayment('flood');
    const bodies = Array.from({ length: 200 }, (_, n) => statusUpdateBody(words[n % words.length] ?? '', n));
    const answers: number[] = [];
    const deliver = async (body: object): Promise<void> => {
      const answer = await send({ kind: 'status_update', payment, body });
      answers.push(answer);
      if (answer !== 200) await deliver(body);
    };
    await Promise.all(bodies.map(deliver));

    expect(answers.filter((answer) => answer !== 200 && answer !== 503)).toEqual([]);
    expect(answers.filter((answer) => answer === 200)).toHaveLength(200);
    const log = logEntries().join('');
    expect(bodies.filter(({ event_id }) => !log.includes(event_id))).toEqual([]);
    const kept = await item(payment);
    expect(kept?.version).toBeGreaterThanOrEqual(200);
    expect(kept?.session).toEqual({ word: 'ERROR', at: klarnaTime(199), final: false });
    const sequences = (await publishedChanges(payment)).map((change) => Number(/#(\d+)/.exec(change)?.[1]));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(sequences).toHaveLength(kept?.changes.length ?? 0);
    expect(sequences.length).toBeLessThanOrEqual(limits.changes + 2);
  }, 120_000);
});
