import { hidden } from './redact.ts';

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const bodyOption = (body: unknown) => (typeof body === 'object' ? ` \\\n  -d ${quote(JSON.stringify(body))}` : '');

/** Adds a note where values are left out: the command runs, but without secrets and personal data. */
const withNote = (command: string) =>
  command.includes(hidden) ? `# ${hidden} replaces secrets and personal data\n${command}` : command;

/** The command that sends a callback again. It mints a new URL, since the URL of the callback is a secret. */
export const callbackCurl = (base: string, { kind, payment, body }: { kind: string; payment: string; body: unknown }) =>
  withNote(`url=$(curl -s ${base}/local/url -d ${quote(JSON.stringify({ kind, payment }))} | grep -o 'http[^"]*')
curl -i -X POST "$url" -H 'content-type: application/json'${bodyOption(body)}`);

/** The command for a merchant's request, or for a request to Klarna as `user`. */
export const requestCurl = (request: {
  method: string;
  url: string;
  key?: string | undefined;
  user?: string;
  body: unknown;
}) => {
  const { method, url, key, user, body } = request;
  const keyHeader = key ? ` \\\n  -H ${quote(`${user ? 'klarna-' : ''}idempotency-key: ${key}`)}` : '';
  return withNote(
    `curl -i -X ${method} ${quote(url)}${user ? ` -u "${user}"` : ''} -H 'content-type: application/json'${keyHeader}${bodyOption(body)}`,
  );
};
