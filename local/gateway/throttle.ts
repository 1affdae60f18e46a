import * as z from 'zod/mini';
import type { RunningFunction } from '../cloud/running-function.ts';
import { type Resource, read, type Template } from '../cloud/template.ts';

/** Requests a second on one route, and how many of them may come at once. */
export type Limit = { rate: number; burst: number };

/** The limit of each route of the template, by its key. */
export type Limits = (route: string) => Limit | undefined;

const setting = z.pipe(
  z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
  z.transform(({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }): Limit => ({ rate, burst })),
);
const stage = z.object({
  DefaultRouteSettings: z.optional(setting),
  RouteSettings: z._default(z.record(z.string(), setting), {}),
});

/** Reads what the stage of the HTTP API lets through. */
export function limitsIn(template: Template): Limits {
  const settings = ({ properties }: Resource) => stage.parse(properties);
  const stages = read(template, settings, 'AWS::ApiGatewayV2::Stage');
  const ownLimits = new Map(stages.flatMap(({ RouteSettings }) => Object.entries(RouteSettings)));
  const usual = stages.find(({ DefaultRouteSettings }) => DefaultRouteSettings)?.DefaultRouteSettings;
  return (route) => ownLimits.get(route) ?? usual;
}

/** API Gateway's throttle: per route a bucket of `burst` tokens that fills up with `rate` a second; false turns a request away. */
export function throttle(limits: Limits, now = () => performance.now()): (route: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (route) => {
    const limit = limits(route);
    if (!limit) return true;
    const { tokens, at } = buckets.get(route) ?? { tokens: limit.burst, at: now() };
    const filled = Math.min(limit.burst, tokens + ((now() - at) / 1000) * limit.rate);
    const admitted = filled >= 1;
    buckets.set(route, { tokens: admitted ? filled - 1 : filled, at: now() });
    return admitted;
  };
}

type Invoke = RunningFunction['invoke'];

/** Who comes after so many others might be answered later than Klarna waits, 2 s; on AWS the account's concurrency ends there. */
const longestQueue = 250;

/** How many callers each function has. */
export function crowding() {
  const callers = new Map<Invoke, number>();
  const change = (invoke: Invoke, by: number) => callers.set(invoke, (callers.get(invoke) ?? 0) + by);
  return {
    isFull: (invoke: Invoke) => (callers.get(invoke) ?? 0) >= longestQueue,
    with: async (invoke: Invoke, event: unknown) => {
      change(invoke, 1);
      try {
        return await invoke(event);
      } finally {
        change(invoke, -1);
      }
    },
  };
}
