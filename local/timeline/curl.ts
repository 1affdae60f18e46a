import { hidden } from './redact.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const json = (body: unknown) => (typeof body === 'object' ? ` \\\n  -d ${quoted(JSON.stringify(body))}` : '');

/** Marks what was left out: the command runs, with holes where secrets and persons were. */
const marked = (command: string) =>
  command.includes(hidden) ? `# ${hidden} stands for what is not shown here\n${command}` : command;

/** A callback once more: its URL is minted anew, since the one that it came to is a secret. */
export const callbackCurl = (base: string, { kind, payment, body }: { kind: string; payment: string; body: unknown }) =>
  marked(`url=$(curl -s ${base}/local/url -d ${quoted(JSON.stringify({ kind, payment }))} | grep -o 'http[^"]*')
curl -i -X POST "$url" -H 'content-type: application/json'${json(body)}`);

/** A request of the merchant, or one to Klarna under the credentials in $KLARNA. */
export const requestCurl = (asked: {
  method: string;
  url: string;
  key?: string | undefined;
  user?: string;
  body: unknown;
}) =>
  marked(
    `curl -i -X ${asked.method} ${quoted(asked.url)}${asked.user ? ` -u "${asked.user}"` : ''} -H 'content-type: application/json'` +
      `${asked.key ? ` \\\n  -H ${quoted(`${asked.user ? 'klarna-' : ''}idempotency-key: ${asked.key}`)}` : ''}${json(asked.body)}`,
  );
