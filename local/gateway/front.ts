import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { OnStop } from '../cloud/cloud.ts';
import { close, listen } from './listen.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** The one port of the local run: its own doors first, then the API of the template. */
export type Front = {
  url: string;
  serve: (served: { doors: (request: IncomingMessage) => Serve | undefined; api: Serve }) => void;
};

/** Milliseconds: who has not sent a request by then is hung up on, as API Gateway does. */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 };

/** Takes the port at once, so that one in use shows before anything else starts; who calls too early shall call again. */
export async function openFront(port: number | undefined, onStop: OnStop): Promise<Front> {
  let serve: Serve = async (_, response) => response.writeHead(503, { 'retry-after': '1' }).end();
  const server = createServer(patience, (request, response) => {
    serve(request, response).catch(() => response.destroy()); // the caller hung up
  });
  const url = await listen(server, port);
  onStop(() => close(server));
  return {
    url,
    serve: ({ doors, api }) => {
      serve = (request, response) => (doors(request) ?? api)(request, response);
    },
  };
}
