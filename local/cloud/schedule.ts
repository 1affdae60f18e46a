import * as z from 'zod/mini';
import { findFunction, type LambdaFunction } from './functions.ts';
import type { RunningFunction } from './running-function.ts';
import type { Resource } from './template.ts';

/** A schedule of the template: calls a function every `every` milliseconds. */
export type Schedule = { id: string; every: number; function: LambdaFunction; input: unknown };

const settings = z.object({
  ScheduleExpression: z.string(),
  Target: z.object({ Arn: z.string(), Input: z._default(z.string(), '{}') }),
});

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export const scheduleOf =
  (functions: LambdaFunction[]) =>
  ({ id, properties }: Resource): Schedule => {
    const { ScheduleExpression, Target } = settings.parse(properties);
    const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
    const every = Number(count) * (units[unit] ?? Number.NaN);
    if (!(every > 0)) throw new Error(`${ScheduleExpression} is not a rate that the local run supports`);
    return { id, every, function: findFunction(Target.Arn, functions), input: JSON.parse(Target.Input) };
  };

/** Runs the schedules, each one call at a time. `fire` runs all of them now, as when the clock has moved forward. */
export function startSchedules(options: {
  schedules: Schedule[];
  invoke: (schedule: Schedule) => ReturnType<RunningFunction['invoke']>;
}) {
  const running = new Map<string, Promise<unknown>>();
  const run = (schedule: Schedule): Promise<unknown> => {
    const current = running.get(schedule.id);
    if (current) return current;
    const work = options
      .invoke(schedule)
      .catch(() => undefined) // the function's log has the reason, and the next run follows
      .finally(() => running.delete(schedule.id));
    running.set(schedule.id, work);
    return work;
  };
  const timers = options.schedules.map((schedule) => setInterval(() => void run(schedule), schedule.every));
  return {
    fire: async () => {
      await Promise.all(running.values());
      await Promise.all(options.schedules.map(run));
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
