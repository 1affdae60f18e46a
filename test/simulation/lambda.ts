import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';

/** What every part of a run stands on. */
export type Stage = { clock: Clock; chance: Chance; faults: Faults };

/** One container of a function. Once it has died none of its later steps happens. */
export type Process = {
  name: string;
  /** The payment that it works on, where that is one. */
  about: string | undefined;
  isAlive: () => boolean;
  die: () => void;
  /** One step out of the process: the way there, what happens there, the way back. The process may die before and after it. */
  reach: <Value>(step: string, act: () => Value | Promise<Value>, payment?: string) => Promise<Value>;
};

/** The caller of a function whose process has ended is told no more than that. */
export class Died extends Error {
  override name = 'Died';
}

export type Invoke<Event, Answer> = (event: Event, about?: string) => Promise<Answer>;

type Build<Event, Answer> = (process: Process) => Promise<(event: Event, endsAt: number) => Promise<Answer>>;

/** A function with as many containers as it is called at once; each is used again until it dies. `timeout` in milliseconds. */
export function lambda<Event, Answer>(
  stage: Stage,
  { name, timeout, build }: { name: string; timeout: number; build: Build<Event, Answer> },
): Invoke<Event, Answer> {
  type Container = { process: Process; handler: Awaited<ReturnType<Build<Event, Answer>>>; watch: Watch };
  const idle: Container[] = [];
  const started = async (about: string | undefined, watch: Watch): Promise<Container> => {
    const process = newProcess(stage, name, watch);
    process.about = about;
    return { process, handler: await build(process), watch };
  };
  /** What a request left running may have ended its container after the answer. */
  const nextAlive = () => {
    let next = idle.pop();
    while (next && !next.process.isAlive()) next = idle.pop();
    return next;
  };
  return (event, about) =>
    new Promise((resolve, reject) => {
      const waiting = nextAlive();
      const watch = waiting?.watch ?? { died: () => {} };
      watch.died = () => reject(new Died(`${name} has ended`));
      const endsAt = stage.clock.now() + timeout;
      const work = async () => {
        const container = waiting ?? (await started(about, watch));
        container.process.about = about;
        const takeBack = stage.clock.at(endsAt, () => {
          if (container.process.isAlive()) container.process.die();
        });
        const answer = await container.handler(event, endsAt).finally(takeBack);
        if (!container.process.isAlive()) return;
        idle.push(container);
        resolve(answer);
      };
      work().catch(reject);
    });
}

type Watch = { died: () => void };

function newProcess({ clock, chance, faults }: Stage, name: string, watch: Watch): Process {
  let alive = true;
  const never = () => new Promise<never>(() => {});
  const die = () => {
    alive = false;
    watch.died();
  };
  const way = async (about: string, payment: string | undefined) => {
    await clock.sleep(travel(about, payment));
    if (!alive) await never();
  };
  const travel = (about: string, payment: string | undefined): number => {
    if (faults.strikes('function hangs', about, payment)) return longest;
    return faults.strikes('slow network', about, payment) ? chance.between(200, 1500) : chance.between(1, 12);
  };
  const mayDie = (kind: 'crash before a step' | 'crash after a step', about: string, payment: string | undefined) => {
    if (alive && faults.strikes(kind, about, payment)) die();
    return alive ? undefined : never();
  };
  const process: Process = {
    name,
    about: undefined,
    isAlive: () => alive,
    die,
    reach: async (step, act, of) => {
      const payment = of ?? process.about;
      const about = `${step} in ${name}`;
      await mayDie('crash before a step', about, payment);
      await way(about, payment);
      const outcome = await outcomeOf(act);
      await mayDie('crash after a step', about, payment);
      await way(about, payment);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  };
  return process;
}

/** Longer than any function may run, milliseconds. */
const longest = 130_000;

/** What became of it, where an error is an answer too. */
export async function outcomeOf<Value>(
  act: () => Value | Promise<Value>,
): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await act() };
  } catch (error) {
    return { error };
  }
}
