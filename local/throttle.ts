import * as z from 'zod/mini';
import { type Resource, read, type Template } from './template.ts';

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
