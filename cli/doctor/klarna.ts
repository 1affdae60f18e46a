import type { Account } from '../../lambdas/klarna/client/accounts.ts';
import { apiUrl } from '../../lambdas/klarna/client/client.ts';
import { failed, ok, warning } from './finding.ts';

/** A session that does not exist: Klarna answers 404 to valid credentials, 401 or 403 to others. Changes nothing. */
const missingSession = '/hpp/v1/sessions/00000000-0000-0000-0000-000000000000';

/** Checks that Klarna answers and accepts the account's credentials. */
export async function checkCredentials(account: Account, override: string | undefined) {
  const base = apiUrl(account, override);
  const password = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  const response = await fetch(`${base}${missingSession}`, {
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
  if (response.status === 404 || response.status === 200) return ok(`${base} accepts the credentials (${place})`);
  return warning(`${base} answers ${response.status} (${place})${correlation}`);
}
