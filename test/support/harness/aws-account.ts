import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from '../../../local/gateway/listen.ts';

/** The answers of an AWS account by `X-Amz-Target`, by method and path, or by the action of a query. */
export type AwsAnswers = Record<string, (body: string) => unknown>;

/** An AWS account at one address, which denies every call that it has no answer for. */
export async function awsAccount(
  answers: AwsAnswers,
): Promise<{ url: string; calls: string[]; stop: () => Promise<void> }> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target']?.toString() ?? new URLSearchParams(body).get('Action');
    const name = target ?? `${request.method} ${request.url}`;
    calls.push(`${name} ${request.headers.authorization?.split(' ')[0]}`);
    const answer = answers[name]?.(body);
    if (typeof answer === 'string') response.end(answer);
    else if (answer !== undefined) response.end(JSON.stringify(answer));
    else response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', message: `not you: ${name}` }));
  });
  return { url: await listen(server), calls, stop: () => close(server) };
}
