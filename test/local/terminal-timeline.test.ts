import { expect, test } from 'vitest';
import { terminalTimeline } from '../../local/terminal-timeline.ts';
import type { BusEvent } from '../../stories/bus-event.ts';
import type { Scene } from '../../stories/story.ts';

/** The lines that are printed, without the time. */
function printed(show: (timeline: ReturnType<typeof terminalTimeline>) => void): string[] {
  const lines: string[] = [];
  show(terminalTimeline({ print: (line) => lines.push(line), colours: false }));
  return lines.map((line) => line.replace(/^ +[\d.]+ s /, ' '.repeat(10)));
}

const scene: Scene = { actor: 'merchant', action: 'captures 40.00', act: async () => 201, answer: 201, publishes: [] };

const event = (paymentId: string): BusEvent => ({
  version: '0',
  id: 'e',
  'detail-type': 'Payment Stage Changed',
  source: 'klarna-relay',
  account: '0',
  time: '2026-11-22T10:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail: {
    paymentId,
    sequence: 4,
    pspStatus: 'COMPLETED',
    state: 'SUCCESS',
    code: 'SUCCEEDED',
    final: true,
    stage: { from: 'in_progress', to: 'authorized' },
  },
});

test('a request takes one line: actor, action, answer', () => {
  expect(printed(({ showAnswer }) => showAnswer(scene, 201))).toEqual([
    '           → merchant  captures 40.00                                        201',
  ]);
});

test('the longest action of a story fits into 80 columns', () => {
  const lines = printed(({ showAnswer }) => showAnswer({ ...scene, action: 'x'.repeat(52) }, 201));
  expect(lines.map((line) => line.length)).toEqual([80]);
});

test('a change takes two lines, with its payment on the second', () => {
  expect(printed(({ show }) => show({ event: event('order-1') }))).toEqual([
    '             ← Payment Stage Changed       #4   COMPLETED',
    '               SUCCESS/SUCCEEDED  in_progress → authorized, final  order-1',
  ]);
});

test('a long payment id takes a line of its own', () => {
  const id = 'p'.repeat(64);
  const lines = printed(({ show }) => show({ event: event(id) }));
  expect(lines.at(-1)).toBe(`               ${id}`);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('discarded records are shown with their number and the reason', () => {
  const discardedBatch = {
    destination: 'arn',
    requestContext: { condition: 'RecordAgeExceeded' },
    DDBStreamBatchInfo: { batchSize: 3 },
  };
  expect(printed(({ show }) => show({ discardedBatch }))).toEqual([
    '             discarded 3 records: RecordAgeExceeded',
  ]);
});

test('output of the functions and stream records are not shown', () => {
  expect(printed(({ show }) => show({ log: 'x' }))).toEqual([]);
});
