import { routeOf } from '../api/routes.ts';
import { KlarnaProblem } from '../problem.ts';
import type { EmulatorRequest } from './request.ts';

export type BasicCredentials = { username: string; password: string };

const maxBytes = 1024 * 1024;

/** Checks credentials, size and path, in this order. @throws KlarnaProblem */
export function admit(request: EmulatorRequest, credentials: BasicCredentials | undefined) {
  if (!isAuthorized(request, credentials)) throw new KlarnaProblem(401, 'UNAUTHORIZED', 'Unauthorized');
  if (Buffer.byteLength(request.text) > maxBytes)
    throw new KlarnaProblem(413, 'REQUEST_TOO_LARGE', 'Request too large');
  const found = routeOf(request.method, request.path);
  if (!found) throw new KlarnaProblem(404, 'NOT_FOUND', 'No such resource');
  return found;
}

/** Without `credentials` any username and password will do. */
function isAuthorized({ headers }: EmulatorRequest, credentials: BasicCredentials | undefined): boolean {
  const sent = Buffer.from(headers.authorization?.toString().replace(/^Basic /, '') ?? '', 'base64').toString();
  if (credentials) return sent === `${credentials.username}:${credentials.password}`;
  return /^[^:]+:.+$/.test(sent);
}
