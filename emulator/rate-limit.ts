/** Requests a second on each operation (Klarna, "Rate limiting"): those that create sessions and tokens, and all others. */
export type Limits = { creating: number; others: number };

export const playground: Limits = { creating: 5, others: 50 };
export const none: Limits = { creating: Number.POSITIVE_INFINITY, others: Number.POSITIVE_INFINITY };

/** Counts per operation and second; gives Klarna's headers, and whether this request is too many. */
export function rateLimiter(limits: Limits, now: () => Date) {
  const counted = new Map<string, { second: number; count: number }>();
  return ({ name, creates = false }: { name: string; creates?: boolean }) => {
    const limit = creates ? limits.creating : limits.others;
    const second = Math.floor(now().getTime() / 1000);
    const before = counted.get(name);
    const count = before?.second === second ? before.count + 1 : 1;
    counted.set(name, { second, count });
    const headers: Record<string, string> = Number.isFinite(limit)
      ? {
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(Math.max(0, limit - count)),
          'x-ratelimit-reset': '1',
        }
      : {};
    return { headers, tooMany: count > limit };
  };
}
