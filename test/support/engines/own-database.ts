import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { Engine } from '../../../local/cloud/dynamodb/engine.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

/** A database of its own in a shared DynamoDB Local: a proxy that puts a new access key into every request. */
export async function ownDatabase(endpoint: string): Promise<Engine> {
  const credential = `Credential=${randomBytes(8).toString('hex')}`;
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const authorization = String(request.headers.authorization).replace(/Credential=[^/]+/, credential);
    const { method = 'POST', headers, url = '/' } = request;
    const forwarded = httpRequest(
      new URL(url, endpoint),
      { method, headers: { ...headers, authorization }, agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  const stop = async () => {
    await close(server);
    agent.destroy();
  };
  return { endpoint: await listen(server), stop };
}
