import { type Account, apiUrl } from '../../lambdas/klarna/client/accounts.ts';
import { failed, ok, warning } from './finding.ts';

/** A session that nobody has: whoever may ask is told 404, whoever may not 401 or 403. It changes nothing. */
const nobodys = '/hpp/v1/sessions/00000000-0000-0000-0000-000000000000';

/** Whether Klarna is there and knows these credentials. */
export async function reachable(account: Account, override: string | undefined) {
  const base = apiUrl(account, override);
  const password = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  const response = await fetch(`${base}${nobodys}`, {
    headers: { authorization: `Basic ${password}`, 'user-agent': 'klarna-relay doctor' },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  const place = `${account.region}, ${account.environment}`;
  if (!response) return failed(`${base} does not answer (${place})`);
  const id = response.headers.get('klarna-correlation-id');
  const correlation = id ? `, correlation id ${id}` : '';
  if (response.status === 401 || response.status === 403)
    return failed(
      `${base} answers ${response.status}: wrong credentials, region or environment (${place})${correlation}`,
    );
  if (response.status === 404 || response.status === 200) return ok(`${base} knows these credentials (${place})`);
  return warning(`${base} answers ${response.status} (${place})${correlation}`);
}

/** Seconds: AWS refuses signatures of more than five minutes, and Klarna's times decide which word is the newer. */
const bounds = { warning: 5, failed: 60 };

/** Compares this machine's clock with the Date of answers. */
export async function clocks(urls: string[]) {
  const told = await Promise.all(urls.map(skewOf));
  const known = told.filter(({ skew }) => skew !== undefined);
  if (known.length === 0) return warning('nobody told a time');
  const worst = Math.max(...known.map(({ skew = 0 }) => Math.abs(skew)));
  const says = known.map(({ host, skew = 0 }) => `${host} ${skew > 0 ? '+' : ''}${skew} s`).join(', ');
  if (worst > bounds.failed) return failed(`${says}: set this clock, or whoever is wrong`);
  return worst > bounds.warning ? warning(says) : ok(says);
}

/** How many whole seconds a server's clock is ahead of ours; a Date has no parts of a second. */
async function skewOf(url: string): Promise<{ host: string; skew?: number }> {
  const { host } = new URL(url);
  const began = Date.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  const date = Date.parse(response?.headers.get('date') ?? '');
  await response?.body?.cancel();
  if (Number.isNaN(date)) return { host };
  const between = (began + Date.now()) / 2;
  return { host, skew: Math.round((date + 500 - between) / 1000) };
}
