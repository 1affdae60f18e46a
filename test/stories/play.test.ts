import { expect, test } from 'vitest';
import type { BusEvent } from '../../stories/bus-event.ts';
import { play } from '../../stories/play.ts';
import { stageChanged, statusChanged } from '../../stories/scenes/expected-changes.ts';
import type { LocalControls, Scene, StoryTarget } from '../../stories/story.ts';
import { storyForAnyRelay } from '../../stories/story.ts';

const first = stageChanged(1, 'IN_PROGRESS', 'created → in_progress');
const second = statusChanged(2, 'FAILED', 'in_progress');

const change = (paymentId: string, sequence: number, pspStatus: string, from: string): BusEvent => ({
  version: '0',
  id: `event-${paymentId}-${sequence}`,
  'detail-type': from === 'in_progress' ? 'Payment Status Changed' : 'Payment Stage Changed',
  source: 'klarna-relay',
  account: '',
  time: '',
  region: '',
  resources: [],
  detail: {
    paymentId,
    sequence,
    pspStatus,
    state: pspStatus === 'FAILED' ? 'ERROR' : 'WAITING',
    code: pspStatus === 'FAILED' ? 'FAILED' : 'SUCCEEDED',
    final: false,
    stage: { from, to: 'in_progress' },
  },
});

/** A local run whose only function is a bus. */
function bus() {
  const events: BusEvent[] = [];
  const listeners: ((event: BusEvent) => void)[] = [];
  const local: LocalControls = {
    klarnaUrl: '',
    now: async () => new Date(),
    forward: async () => {},
    idle: async () => {},
    events: async () => events,
    follow: async (listener) => void listeners.push(listener),
    listen: async () => {},
  };
  const publish = (...published: BusEvent[]) => {
    events.push(...published);
    for (const event of published) for (const listener of listeners) listener(event);
  };
  return { local, publish };
}

const target = (local?: LocalControls): StoryTarget => ({
  url: '',
  mint: async () => '',
  merchant: async () => new Response(),
  ...(local && { local }),
});

const scene = (act: Scene['act'], publishes: string[][] = []): Scene => ({
  actor: 'merchant',
  action: 'acts',
  act,
  answer: 200,
  publishes,
});

/** Plays one scene that documents two changes, while these events are published about its payment. */
async function playWith(events: (payment: string) => BusEvent[]) {
  const { local, publish } = bus();
  const act: Scene['act'] = async ({ payments }) => {
    publish(...events(payments[0] ?? ''));
    return 200;
  };
  const seen: BusEvent[] = [];
  const story = storyForAnyRelay('a-story', 'A story.', scene(act, [first, second]));
  const listener = { onAnswer: () => {}, onChange: (event: BusEvent) => void seen.push(event) };
  return { ...(await play(story, target(local), listener)), seen };
}

test('a story that goes as documented has no problems', async () => {
  const { problems, published, seen } = await playWith((payment) => [
    change(payment, 1, 'IN_PROGRESS', 'created'),
    change('another-payment', 1, 'IN_PROGRESS', 'created'),
    change(payment, 2, 'FAILED', 'in_progress'),
  ]);
  expect({ problems, published, seen: seen.length }).toEqual({ problems: [], published: [first, second], seen: 2 });
});

test('a missing and an unexpected change are problems', async () => {
  const { problems } = await playWith((payment) => [
    change(payment, 1, 'IN_PROGRESS', 'created'),
    change(payment, 2, 'BACK', 'in_progress'),
  ]);
  expect(problems).toEqual([
    `missing: ${second.join(' ')}`,
    'unexpected: Payment Status Changed #2 BACK WAITING/SUCCEEDED in_progress',
  ]);
});

test('a change that comes twice or out of order is a problem', async () => {
  const one = (payment: string) => change(payment, 1, 'IN_PROGRESS', 'created');
  const two = (payment: string) => change(payment, 2, 'FAILED', 'in_progress');
  const problemsOf = async (...made: (typeof one)[]) =>
    (await playWith((payment) => made.map((make) => make(payment)))).problems;
  expect(await problemsOf(two, one)).toEqual([expect.stringContaining('out of order or repeated')]);
  expect(await problemsOf(one, two, two)).toEqual([expect.stringContaining('out of order or repeated')]);
});

test('without a local run only answers are compared', async () => {
  const story = storyForAnyRelay(
    'a-story',
    'A story.',
    scene(async () => 200),
    scene(async () => 503, [first]),
  );
  const result = await play(story, target(), { onAnswer: () => {}, onChange: () => {} });
  expect(result).toMatchObject({
    answers: [200, 503],
    published: undefined,
    problems: ['merchant acts: answered 503, expected 200'],
  });
});

test('changes of a payment that a scene names only after they were published count', async () => {
  const { local, publish } = bus();
  const act: Scene['act'] = async ({ payments }) => {
    publish(change('created-by-the-relay', 1, 'IN_PROGRESS', 'created'));
    payments.push('created-by-the-relay');
    return 200;
  };
  const story = storyForAnyRelay('a-story', 'A story.', scene(act, [first]));
  const seen: BusEvent[] = [];
  const { problems } = await play(story, target(local), {
    onAnswer: () => {},
    onChange: (event) => void seen.push(event),
  });
  expect({ problems, seen: seen.length }).toEqual({ problems: [], seen: 1 });
});
