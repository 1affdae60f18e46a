import type { RunContext } from '../deterministic/run-context.ts';
import type { Outage } from '../trouble/fault-kinds.ts';
import { newProcess, type Process } from './process.ts';

/** All that the caller learns of a function whose container died. */
class FunctionDied extends Error {
  override name = 'FunctionDied';
}

export type Invoke<Event, Answer> = (event: Event, payment?: string) => Promise<Answer>;

/** Starts a container: its handler, which takes an event and the time at which Lambda will stop it. */
type Build<Event, Answer> = (process: Process) => Promise<(event: Event, endsAt: number) => Promise<Answer>>;

type DeathWatch = { died: () => void };

/**
 * A function with as many containers as there are calls at the same time. A container is used again until it dies. `timeout` is in
 * milliseconds. No container starts during the outage `down`.
 */
export function lambda<Event, Answer>(
  run: RunContext,
  { name, timeout, build, down }: { name: string; timeout: number; build: Build<Event, Answer>; down?: Outage },
): Invoke<Event, Answer> {
  type Container = { process: Process; handler: Awaited<ReturnType<Build<Event, Answer>>>; watch: DeathWatch };
  const idle: Container[] = [];
  const start = async (payment: string | undefined, watch: DeathWatch): Promise<Container> => {
    const process = newProcess(run, { name, onDeath: () => watch.died() });
    process.payment = payment;
    return { process, handler: await build(process), watch };
  };
  /** Work that an invocation left running may have killed its container after the answer. */
  const nextAlive = () => {
    let next = idle.pop();
    while (next && !next.process.isAlive()) next = idle.pop();
    return next;
  };
  return (event, payment) =>
    new Promise((resolve, reject) => {
      if (down && run.faults.isDown(down)) return reject(new FunctionDied(`${name} cannot start`));
      const warm = nextAlive();
      const watch = warm?.watch ?? { died: () => {} };
      watch.died = () => reject(new FunctionDied(`${name} died`));
      const endsAt = run.clock.now() + timeout;
      const invoke = async () => {
        const container = warm ?? (await start(payment, watch));
        container.process.payment = payment;
        const cancel = run.clock.at(endsAt, () => {
          if (container.process.isAlive()) container.process.die();
        });
        const answer = await container.handler(event, endsAt).finally(cancel);
        if (!container.process.isAlive()) return;
        idle.push(container);
        resolve(answer);
      };
      invoke().catch(reject);
    });
}
