import { expect, test } from 'vitest';
import type { PublishResult } from '../../../lambdas/aws/outbox.ts';
import type { PublishChangesDependencies } from '../../../lambdas/dependencies/publish-changes.ts';
import { publishChanges } from '../../../lambdas/handlers/publish-changes.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';

const paymentOf = (name: string) => ({ id: paymentIdOf(name), incarnation: 'one' });
const now = () => new Date('2026-11-22T10:00:00.000Z');

/** The answer to two rows of which this was published, and the log entry. */
async function publish(
  result: Partial<PublishResult>,
  acknowledge: PublishChangesDependencies['acknowledge'] = async () => undefined,
) {
  const written: string[] = [];
  const handle = publishChanges({
    publish: async () => ({ published: 0, acknowledged: [], refused: [], ...result }),
    acknowledge,
    logger: jsonLogger({ relay: 'test', now, write: (entry) => written.push(entry) }),
  });
  return { answer: await handle({ Records: [{}, {}] }), entry: JSON.parse(written[0] ?? '{}') };
}

test('rows that were all published leave nothing to resume', async () => {
  const { answer, entry } = await publish({ published: 2, refused: [] });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(entry).toMatchObject({ level: 'info', message: 'published', rows: 2, Published: 2 });
  expect(entry).not.toHaveProperty('Refused');
});

test('the first refused row is reported to the stream, and counted with its reason', async () => {
  const { answer, entry } = await publish({
    published: 1,
    refused: ['ThrottlingException'],
    stuck: { change: 'a.2', resumeAt: '77' },
  });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '77' }] });
  expect(entry).toMatchObject({
    level: 'error',
    change: 'a.2',
    resumeAt: '77',
    reason: 'ThrottlingException',
    Refused: 1,
  });
});

test('the last published change of each payment is acknowledged', async () => {
  const acknowledged = [
    { payment: paymentOf('a'), sequence: 2 },
    { payment: paymentOf('b'), sequence: 7 },
  ];
  const noted: unknown[] = [];
  await publish({ acknowledged }, async (payment, sequence) => void noted.push({ payment, sequence }));
  expect(noted).toEqual(acknowledged);
});

test('a failed acknowledgement does not return a published row to the stream, and the log says why', async () => {
  const { answer, entry } = await publish(
    { published: 2, acknowledged: [{ payment: paymentOf('a'), sequence: 2 }] },
    async () => {
      throw Object.assign(new Error('no'), { name: 'ThrottlingException' });
    },
  );
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(entry).toMatchObject({ Published: 2, unacknowledged: 'ThrottlingException' });
});
