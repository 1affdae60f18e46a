import { expect, test } from 'vitest';
import type { PublishResult } from '../../../lambdas/aws/outbox.ts';
import { publishChanges } from '../../../lambdas/handlers/publish-changes.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';

const now = () => new Date('2026-11-22T10:00:00.000Z');

async function publishing(
  published: Partial<PublishResult>,
  acknowledge: (payment: string, sequence: number) => Promise<void> = async () => undefined,
) {
  const lines: string[] = [];
  const door = publishChanges({
    publish: async () => ({ published: 0, acknowledged: new Map(), refused: [], ...published }),
    acknowledge,
    logger: jsonLogger({ relay: 'test', now, write: (line) => lines.push(line) }),
  });
  return { answer: await door({ Records: [{}, {}] }), line: JSON.parse(lines[0] ?? '{}') };
}

test('rows that all went out leave nothing to resume', async () => {
  const { answer, line } = await publishing({ published: 2, refused: [] });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(line).toMatchObject({ level: 'info', message: 'published', rows: 2, Published: 2 });
  expect(line).not.toHaveProperty('Refused');
});

test('the first refused row is reported back to the stream, and counted with its cause', async () => {
  const { answer, line } = await publishing({
    published: 1,
    refused: ['ThrottlingException'],
    stuck: { change: 'a.2', resumeAt: '77' },
  });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '77' }] });
  expect(line).toMatchObject({
    level: 'error',
    change: 'a.2',
    resumeAt: '77',
    reason: 'ThrottlingException',
    Refused: 1,
  });
});

test('the last change of each payment that is out is noted', async () => {
  const noted: unknown[] = [];
  await publishing(
    {
      acknowledged: new Map([
        ['a', 2],
        ['b', 7],
      ]),
    },
    async (...note) => void noted.push(note),
  );
  expect(noted).toEqual([
    ['a', 2],
    ['b', 7],
  ]);
});

test('what could not be noted is out all the same: nothing is reported back, and the line says why', async () => {
  const { answer, line } = await publishing({ published: 2, acknowledged: new Map([['a', 2]]) }, async () => {
    throw Object.assign(new Error('no'), { name: 'ThrottlingException' });
  });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(line).toMatchObject({ Published: 2, unnoted: 'ThrottlingException' });
});
