/** Requests per second and operation (Klarna, "Rate limiting"); `creating` for those that create sessions or tokens. */
type RateLimits = { creating: number; others: number };

export const playgroundLimits: RateLimits = { creating: 5, others: 50 };
export const noLimits: RateLimits = { creating: Number.POSITIVE_INFINITY, others: Number.POSITIVE_INFINITY };

/** Counts requests per operation and second. Gives Klarna's headers, and whether this request exceeds the limit. */
export function rateLimiter(limits: RateLimits, now: () => Date) {
  const counts = new Map<string, { second: number; count: number }>();
  return ({ name, creates = false }: { name: string; creates?: boolean }) => {
    const limit = creates ? limits.creating : limits.others;
    const second = Math.floor(now().getTime() / 1000);
    const previous = counts.get(name);
    const count = previous?.second === second ? previous.count + 1 : 1;
    counts.set(name, { second, count });
    const headers: Record<string, string> = Number.isFinite(limit)
      ? {
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(Math.max(0, limit - count)),
          'x-ratelimit-reset': '1',
        }
      : {};
    return { headers, isTooMany: count > limit };
  };
}
