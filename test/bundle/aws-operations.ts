import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const started = 'http.server.request.start';

/** Collects the AWS operations that servers of this process receive at these addresses, until `stop`. */
export function awsOperationsAt(...urls: string[]) {
  const ports = urls.map((url) => Number(new URL(url).port));
  const operations: string[] = [];
  const listener = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }; // documented in node:diagnostics_channel, typed nowhere
    if (!ports.includes(request.socket.localPort ?? 0)) return;
    operations.push(String(request.headers['x-amz-target']).split('.').at(-1) ?? '');
  };
  subscribe(started, listener);
  return { operations, stop: () => unsubscribe(started, listener) };
}
