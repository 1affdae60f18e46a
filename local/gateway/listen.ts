import type { Server } from 'node:http';

/** Opens a server on the loopback interface only, on a free port unless told otherwise, and tells its address. */
export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server got no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Closes a server together with the connections that are still open. */
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
