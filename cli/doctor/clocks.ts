import { failed, ok, warning } from './finding.ts';

/** Seconds. AWS refuses signatures that are five minutes off, and Klarna's times decide which session word is newer. */
const bounds = { warning: 5, failed: 60 };

/** Compares this machine's clock with the Date header of each server. */
export async function checkClocks(urls: string[]) {
  const servers = await Promise.all(urls.map(skewOf));
  const known = servers.filter(({ skew }) => skew !== undefined);
  if (known.length === 0) return warning('no server sent a Date header');
  const worst = Math.max(...known.map(({ skew = 0 }) => Math.abs(skew)));
  const skews = known.map(({ host, skew = 0 }) => `${host} ${skew > 0 ? '+' : ''}${skew} s`).join(', ');
  if (worst > bounds.failed) return failed(`${skews}: set this machine's clock or the server's`);
  return worst > bounds.warning ? warning(skews) : ok(skews);
}

/** How many whole seconds a server's clock is ahead of ours; a Date header has no fractions. */
async function skewOf(url: string): Promise<{ host: string; skew?: number }> {
  const { host } = new URL(url);
  const startedAt = Date.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  const date = Date.parse(response?.headers.get('date') ?? '');
  await response?.body?.cancel();
  if (Number.isNaN(date)) return { host };
  const between = (startedAt + Date.now()) / 2;
  return { host, skew: Math.round((date + 500 - between) / 1000) };
}
