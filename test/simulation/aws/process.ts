import type { RunContext } from '../deterministic/run-context.ts';

/** One container of a function. Nothing that it does takes effect after it died. */
export type Process = {
  /** The name of its function. */
  name: string;
  /** The payment that it works on, if it works on a single one. */
  payment: string | undefined;
  isAlive: () => boolean;
  /** The time by the clock of its machine, which may differ from the true one. */
  date: () => Date;
  die: () => void;
  /** A step outside the process: the request, its effect, the answer. The process may die before or after the effect. */
  reach: <Value>(step: string, act: () => Value | Promise<Value>, payment?: string) => Promise<Value>;
};

/** Longer than any function may run, milliseconds. */
const hang = 130_000;

const never = () => new Promise<never>(() => {});

export function newProcess(
  { clock, chance, faults, plan, processes }: RunContext,
  { name, onDeath }: { name: string; onDeath: () => void },
): Process {
  let alive = true;
  const offset = plan.clockOffset > 0 ? chance.between(-plan.clockOffset, plan.clockOffset) : 0;
  const die = () => {
    alive = false;
    processes.delete(die);
    onDeath();
  };
  processes.add(die);
  const travel = async (about: string, payment: string | undefined) => {
    await clock.sleep(travelTime(about, payment));
    if (!alive) await never();
  };
  const travelTime = (about: string, payment: string | undefined): number => {
    if (faults.strikes('function hangs', about, payment)) return hang;
    return faults.strikes('slow network', about, payment) ? chance.between(200, 1500) : chance.between(1, 12);
  };
  const mayDie = (kind: 'crash before a step' | 'crash after a step', about: string, payment: string | undefined) => {
    if (alive && faults.strikes(kind, about, payment)) die();
    return alive ? undefined : never();
  };
  const process: Process = {
    name,
    payment: undefined,
    isAlive: () => alive,
    date: () => new Date(clock.now() + offset),
    die,
    reach: async (step, act, concerned) => {
      const payment = concerned ?? process.payment;
      const about = `${step} in ${name}`;
      await mayDie('crash before a step', about, payment);
      await travel(about, payment);
      const outcome = await outcomeOf(act);
      await mayDie('crash after a step', about, payment);
      await travel(about, payment);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  };
  return process;
}

/** The value that `act` returned, or the error that it threw. */
export async function outcomeOf<Value>(
  act: () => Value | Promise<Value>,
): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await act() };
  } catch (error) {
    return { error };
  }
}
