import * as z from 'zod/mini';
import { type Resource, read, type Template } from '../cloud/template.ts';

/** Requests per second on one route, and the number that may come at once. */
type RouteLimit = { rate: number; burst: number };

/** The limit of a route of the template. */
export type RouteLimits = (route: string) => RouteLimit | undefined;

const setting = z.pipe(
  z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
  z.transform(({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }): RouteLimit => ({ rate, burst })),
);
const stage = z.object({
  DefaultRouteSettings: z.optional(setting),
  RouteSettings: z._default(z.record(z.string(), setting), {}),
});

/** Reads the limits of the HTTP API's stage. */
export function limitsIn(template: Template): RouteLimits {
  const settings = ({ properties }: Resource) => stage.parse(properties);
  const stages = read(template, settings, 'AWS::ApiGatewayV2::Stage');
  const ownLimits = new Map(stages.flatMap(({ RouteSettings }) => Object.entries(RouteSettings)));
  const defaultLimit = stages.find(({ DefaultRouteSettings }) => DefaultRouteSettings)?.DefaultRouteSettings;
  return (route) => ownLimits.get(route) ?? defaultLimit;
}

/**
 * API Gateway's throttle: each route has a bucket of `burst` tokens that refills by `rate` per second; false means 429.
 */
export function throttle(limits: RouteLimits, now = () => performance.now()): (route: string) => boolean {
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
