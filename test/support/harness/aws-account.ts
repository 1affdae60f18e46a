import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from '../../../local/gateway/listen.ts';

/** What an AWS account answers, by `X-Amz-Target`, or by method and path, or by the action of a query. */
export type AwsAnswers = Record<string, (asked: string) => unknown>;

/** An AWS account at one address; what it does not know it denies, as AWS does to who may not ask. */
export async function awsAccount(
  answers: AwsAnswers,
): Promise<{ url: string; asked: string[]; stop: () => Promise<void> }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target']?.toString() ?? new URLSearchParams(body).get('Action');
    const name = target ?? `${request.method} ${request.url}`;
    asked.push(`${name} ${request.headers.authorization?.split(' ')[0]}`);
    const answer = answers[name]?.(body);
    if (typeof answer === 'string') response.end(answer);
    else if (answer !== undefined) response.end(JSON.stringify(answer));
    else response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', message: `not you: ${name}` }));
  });
  return { url: await listen(server), asked, stop: () => close(server) };
}
