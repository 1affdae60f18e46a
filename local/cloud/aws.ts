import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

/** An error response of AWS in the form of its JSON protocols. */
export class AwsError extends Error {
  override name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly body: object;
  constructor(code: string, message: string, { status = 400, body = { __type: code, message } } = {}) {
    super(message);
    this.code = code.split('#').at(-1) ?? code;
    this.status = status;
    this.body = body;
  }
}

/** One AWS service: answers an operation's input. Throws AwsError. */
export type Service = (operation: string, input: unknown) => Promise<object>;

/** Inspects a call before it is served; throws AwsError to refuse it. */
export type Guard = (call: {
  caller: string;
  service: string;
  operation: string;
  input: unknown;
}) => Promise<void> | void;

/**
 * The AWS that the functions of the local run call: one address that speaks AWS's JSON 1.0 and 1.1 protocols and
 * dispatches by the service in `X-Amz-Target`.
 */
export const awsEndpoint = (services: Record<string, Service>, guard: Guard = () => {}): Server =>
  createServer(async (request, response) => {
    const { status, body } = await answer(request, services, guard);
    const json = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      'x-amz-crc32': crc32(json),
    });
    response.end(json);
  });

async function answer(request: IncomingMessage, services: Record<string, Service>, guard: Guard) {
  const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  try {
    const input = parse(await text(request));
    const serve = services[service];
    if (!serve) throw unknownOperation(service ? `${service}.${operation}` : `${request.method} ${request.url}`);
    await guard({ caller: callerOf(request), service, operation, input });
    return { status: 200, body: await serve(operation, input) };
  } catch (error) {
    if (error instanceof AwsError) return { status: error.status, body: error.body };
    return { status: 500, body: { __type: 'InternalServerError', message: String(error) } };
  }
}

/** Each function signs with its own id as access key id (running-function.ts). */
const callerOf = ({ headers }: IncomingMessage) => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AwsError('SerializationException', 'the request body is not JSON');
  }
}

/** AWS's answer to an unknown operation; the local run also gives it for operations that no function of ours uses. */
export const unknownOperation = (target: string): AwsError =>
  new AwsError('UnknownOperationException', `the local run does not answer ${target}`);
