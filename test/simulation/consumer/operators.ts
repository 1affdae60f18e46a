import type { RunContext } from '../deterministic/run-context.ts';
import type { paymentLives } from '../payment-lives.ts';
import { changeKey, type NumberedChange } from '../payment-lives.ts';
import type { Surroundings } from '../relay/surroundings.ts';
import type { BrokenPromise } from '../transcript.ts';
import { type Replay, type ReplayCommand, replays } from './replays.ts';
import { type SimulatedSubscriber, type SubscriberPlan, simulatedSubscriber } from './subscriber.ts';
import { subscriberPlans } from './subscriber-plans.ts';

const minute = 60_000;
const hour = 60 * minute;

/** After so many replays the operators of a subscriber give up, and after so many attempts at them. */
const most = { replays: 6, attempts: 60 };

type OperatedWorld = RunContext & {
  surroundings: Surroundings;
  /** Lambda's messages about discarded rows. */
  letters: object[];
  lives: ReturnType<typeof paymentLives>;
};

/** The subscribers of a run, and their operators, who do what docs/operations.md says. */
export function subscribers(world: OperatedWorld, isCalm: boolean) {
  const { clock, chance, faults, surroundings } = world;
  const broken: BrokenPromise[] = [];
  const run = replays(world, surroundings);

  const replay = async (command: ReplayCommand, text: string): Promise<Replay | undefined> => {
    faults.note('changes replayed', text);
    const result = await run(command).catch(() => undefined);
    return result && result.stopped.length === 0 ? result : undefined;
  };

  /** Publishes again until it succeeds: true then. */
  const bringBack = async (subscriber: SimulatedSubscriber, since: number): Promise<boolean> => {
    const period = { since: new Date(since).toISOString() };
    const text = `for ${subscriber.name} since ${period.since}`;
    if (chance.happens(0.5))
      return (await replay({ seen: subscriber.seen(), period }, `--seen, ${text}`)) !== undefined;
    const missing = unpublishedAt(world, since);
    const result = await replay({ seen: [], period }, text);
    if (result) broken.push(...missing.flatMap((change) => notIncluded(change, result, since)));
    return result !== undefined;
  };

  const connect = (plan: SubscriberPlan) => {
    let [replayed, attempts] = [0, 0];
    let isPlanned = false;
    const planStep = (since: number) => {
      if (isPlanned || replayed >= most.replays || attempts >= most.attempts) return;
      isPlanned = true;
      attempts += 1;
      const from = Math.max(clock.now(), downUntil(plan));
      clock.at(from + chance.between(10 * minute, 10 * hour), () => void step(since));
    };
    const step = async (since: number) => {
      isPlanned = false;
      const letters = [...subscriber.deadLetters, ...subscriber.undelivered];
      subscriber.deadLetters.length = 0;
      subscriber.undelivered.length = 0;
      const first = Math.min(since, ...letters.map(({ detail }) => Date.parse(String(Object(detail).observedAt))));
      if (await bringBack(subscriber, first)) replayed += 1;
      else planStep(first);
    };
    const subscriber = simulatedSubscriber(world, plan, () => planStep(clock.now()));
    for (const { from, until } of plan.downtimes) clock.at(until - minute, () => planStep(from));
    surroundings.bus.rules.push(subscriber.receive);
    return subscriber;
  };

  /** The alarm DeadLetters rang: the operators of the relay publish discarded rows again. */
  const redrive = async (): Promise<void> => {
    const letters = [...world.letters];
    const result = await replay({ letters }, `redrive of ${letters.length} letters`);
    if (result) world.letters.splice(0, letters.length);
    else if (!faults.isOver()) clock.at(clock.now() + hour, () => void redrive());
  };
  return {
    all: (isCalm ? [] : subscriberPlans(world)).map(connect),
    /** What replays left out. */
    broken,
    /** The relay's operators act some hours after the first letter. */
    onLetter: () => {
      if (world.letters.length === 1)
        clock.at(clock.now() + chance.between(10 * minute, 12 * hour), () => void redrive());
    },
  };
}

const downUntil = ({ downtimes }: SubscriberPlan) => Math.max(0, ...downtimes.map(({ until }) => until));

type Missing = NumberedChange & { id: string };

/** The changes that were learned before that moment and had not been published then. */
function unpublishedAt({ surroundings, lives }: OperatedWorld, moment: number): Missing[] {
  const events = surroundings.bus.events.filter(({ at }) => at < moment);
  const published = new Set(events.map(({ entry }) => changeKey(JSON.parse(entry.Detail ?? '{}'))));
  return lives
    .lives()
    .filter(({ endedBy }) => endedBy === undefined)
    .flatMap(({ payment }) => payment.changes)
    .filter((change) => Date.parse(change.observedAt) < moment && !published.has(changeKey(change)));
}

function notIncluded({ id, paymentId, sequence }: Missing, { starts }: Replay, since: number): BrokenPromise[] {
  const start = starts.find(({ payment }) => payment === paymentId);
  if (start && start.from <= sequence) return [];
  const text = `${id} was unpublished at ${new Date(since).toISOString()}, and a replay since then leaves it out`;
  return [{ promise: 'a replay since a moment includes what was unpublished then', payment: paymentId, text }];
}
