import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { OnStop } from '../cloud/cloud.ts';
import { close, listen } from './listen.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** The one port of the local run: its own routes first, then the API of the template. */
type Front = {
  url: string;
  serve: (served: { localRoutes: (request: IncomingMessage) => Serve | undefined; api: Serve }) => void;
};

/** Milliseconds until an incomplete request is cut off, as API Gateway does. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 };

/**
 * Opens the port first, so that a port in use shows before anything else starts. Early requests get 503 and may retry.
 */
export async function openFront(port: number | undefined, onStop: OnStop): Promise<Front> {
  let serve: Serve = async (_, response) => response.writeHead(503, { 'retry-after': '1' }).end();
  const server = createServer(timeouts, (request, response) => {
    serve(request, response).catch(() => response.destroy()); // the client closed the connection
  });
  const url = await listen(server, port);
  onStop(() => close(server));
  return {
    url,
    serve: ({ localRoutes, api }) => {
      serve = (request, response) => (localRoutes(request) ?? api)(request, response);
    },
  };
}
