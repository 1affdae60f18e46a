import type { ReceivedEvents } from '../../../cli/replay/received-events.ts';
import { paymentId } from '../../../lambdas/payment/payment-id.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { paymentLives } from '../payment-lives.ts';
import type { Surroundings } from '../relay/surroundings.ts';
import type { BrokenPromise } from '../transcript.ts';
import { notIncluded, unpublishedAt } from './left-out.ts';
import { type Replay, type ReplayCommand, replays } from './replays.ts';
import { type SimulatedSubscriber, type SubscriberPlan, simulatedSubscriber } from './subscriber.ts';
import { subscriberPlans } from './subscriber-plans.ts';

const minute = 60_000;
const hour = 60 * minute;

/** After so many rounds the operators of a subscriber give up, and after so many attempts at them. */
const most = { rounds: 6, attempts: 60 };

type OperatedWorld = RunContext & {
  surroundings: Surroundings;
  /** Lambda's messages about discarded rows. */
  letters: object[];
  lives: ReturnType<typeof paymentLives>;
  startedAt: number;
};

/** The subscribers of a run, and their operators, who do what docs/operations.md says. */
export function subscribers(world: OperatedWorld, isCalm: boolean) {
  const { clock, chance, faults, surroundings } = world;
  const broken: BrokenPromise[] = [];
  const run = replays(world, surroundings);

  /** The result, if nothing was refused. */
  const type = async (command: ReplayCommand, text: string): Promise<Replay | undefined> => {
    faults.note('changes replayed', text);
    const result = await run(command).catch(() => undefined);
    return result && result.stopped.length === 0 ? result : undefined;
  };

  /** The options of a replay, to the bus or to the queue. A new subscriber has one of its own. */
  const optionsFor = ({ joinsAt }: SimulatedSubscriber) =>
    joinsAt > world.startedAt
      ? { seen: false, queue: true, joins: true }
      : { seen: chance.happens(0.5), queue: chance.happens(0.5), joins: false };

  /** Publishes again what was undelivered; true when that succeeded. */
  const replayFor = async (subscriber: SimulatedSubscriber, since: number): Promise<boolean> => {
    const period = { since: new Date(since).toISOString() };
    const { seen, queue, joins } = optionsFor(subscriber);
    const received: ReceivedEvents = seen ? receivedBy(subscriber) : new Map();
    const missing = seen ? [] : unpublishedAt(world, since);
    const text = `for ${subscriber.name} since ${period.since}, ${JSON.stringify({ seen, queue, joins })}`;
    const send = queue ? subscriber.send : undefined;
    const result = await type({ selection: { received, period, joins }, send }, text);
    if (result) broken.push(...missing.flatMap((change) => notIncluded(change, result, since)));
    return result !== undefined;
  };

  const connect = (plan: SubscriberPlan) => {
    let [rounds, attempts] = [0, 0];
    let isPlanned = false;
    const planRound = (since: number) => {
      if (isPlanned || rounds >= most.rounds || attempts >= most.attempts) return;
      isPlanned = true;
      attempts += 1;
      const from = Math.max(clock.now(), ...plan.downtimes.map(({ until }) => until));
      clock.at(from + chance.between(10 * minute, 10 * hour), () => void round(since));
    };
    /** SQS moves dead letters back into the queue; events that never reached it are replayed. */
    const round = async (since: number) => {
      isPlanned = false;
      for (const letter of subscriber.deadLetters.splice(0)) subscriber.send(letter);
      const undelivered = subscriber.undelivered.splice(0);
      const first = Math.min(since, ...undelivered.map(({ detail }) => Date.parse(detail.observedAt)));
      if (await replayFor(subscriber, first)) rounds += 1;
      else planRound(first);
    };
    const subscriber = simulatedSubscriber(world, plan, () => planRound(clock.now()));
    for (const { from, until } of plan.downtimes) clock.at(until - minute, () => planRound(from));
    if (plan.joinsAt > world.startedAt) clock.at(plan.joinsAt, () => planRound(plan.joinsAt));
    surroundings.bus.rules.push(subscriber.receive);
    return subscriber;
  };

  /** The alarm DeadLetters rang: the operators of the relay publish discarded rows again. */
  const redrive = async (): Promise<void> => {
    await type({ letters: world.letters }, `redrive of ${world.letters.length} letters`);
    if (world.letters.length > 0 && !faults.isOver()) clock.at(clock.now() + hour, () => void redrive());
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

/** The file of `--seen`. */
function receivedBy(subscriber: SimulatedSubscriber): ReceivedEvents {
  const received: ReceivedEvents = new Map();
  for (const { payment, ...last } of subscriber.seen()) {
    const id = paymentId(payment);
    if (id) received.set(id, last);
  }
  return received;
}
