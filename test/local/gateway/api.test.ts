import { createServer } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiAnswer, httpApi } from '../../../local/gateway/api.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

let received: APIGatewayProxyEventV2[] = [];
let answers: ApiAnswer[] = [];
let answer: () => unknown = () => ({ statusCode: 200 });
let admits = true;

const serve = httpApi({
  routes: [
    {
      key: 'POST /callbacks/{kind}/{payment}/{secret}',
      invoke: async (event) => {
        received.push(event as APIGatewayProxyEventV2);
        return answer();
      },
    },
  ],
  watch: (each) => answers.push(each),
  admits: () => admits,
});
const server = createServer(serve);
let url = '';

beforeAll(async () => {
  url = await listen(server);
});
afterAll(() => close(server));
beforeEach(() => {
  received = [];
  answers = [];
  answer = () => ({ statusCode: 200 });
  admits = true;
});

const post = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { method: 'POST', ...init });

test('a request reaches the function in payload format 2.0', async () => {
  const headers = { 'Content-Type': 'application/json', 'X-Twice': 'a' };
  await post('/callbacks/push/my-payment/s3cret?order=o%201&order=2&x=', { headers, body: '{"a":1}' });
  expect(received).toEqual([
    {
      version: '2.0',
      routeKey: 'POST /callbacks/{kind}/{payment}/{secret}',
      rawPath: '/callbacks/push/my-payment/s3cret',
      rawQueryString: 'order=o%201&order=2&x=',
      headers: expect.objectContaining({ 'content-type': 'application/json', 'x-twice': 'a' }),
      queryStringParameters: { order: 'o 1,2', x: '' },
      pathParameters: { kind: 'push', payment: 'my-payment', secret: 's3cret' },
      requestContext: expect.objectContaining({
        routeKey: 'POST /callbacks/{kind}/{payment}/{secret}',
        stage: '$default',
        requestId: expect.any(String),
        timeEpoch: expect.any(Number),
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        http: expect.objectContaining({ method: 'POST', sourceIp: '127.0.0.1', protocol: 'HTTP/1.1' }),
      }),
      body: '{"a":1}',
      isBase64Encoded: false,
    },
  ]);
});

test('path parameters are percent-decoded, slashes too', async () => {
  await post('/callbacks/push/a%2Fb/%7Bs%7D');
  expect(received[0]?.pathParameters).toEqual({ kind: 'push', payment: 'a/b', secret: '{s}' });
});

test('a missing body and a missing query are absent, not empty', async () => {
  await post('/callbacks/push/p/s');
  expect(received[0]).not.toHaveProperty('body');
  expect(received[0]).not.toHaveProperty('queryStringParameters');
  expect(received[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test.each([
  { type: 'application/json', encoded: false },
  { type: 'application/json; charset=utf-8', encoded: false },
  { type: 'application/problem+json', encoded: false },
  { type: 'text/plain', encoded: false },
  { type: 'application/x-www-form-urlencoded', encoded: true },
  { type: 'application/octet-stream', encoded: true },
  { type: '', encoded: true },
])('a body of type "$type" is base64: $encoded', async ({ type, encoded }) => {
  const body = new Blob(['{"ä":1}']);
  await post('/callbacks/push/p/s', { body, headers: { 'content-type': type } });
  const [event] = received;
  expect(event?.isBase64Encoded).toBe(encoded);
  expect(Buffer.from(event?.body ?? '', encoded ? 'base64' : 'utf8').toString()).toBe('{"ä":1}');
});

test.each([
  { mistake: 'another path', path: '/callbacks/push/p', method: 'POST' },
  { mistake: 'an empty parameter', path: '/callbacks/push//s', method: 'POST' },
  { mistake: 'a longer path', path: '/callbacks/push/p/s/', method: 'POST' },
  { mistake: 'another method', path: '/callbacks/push/p/s', method: 'GET' },
])('a request with $mistake gets 404, and no function is called', async ({ path, method }) => {
  const response = await fetch(`${url}${path}`, { method });
  expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  expect(received).toEqual([]);
});

test('status, headers and body of the answer are passed on', async () => {
  answer = () => ({ statusCode: 401, headers: { 'Content-Type': 'application/problem+json' }, body: '{"status":401}' });
  const response = await post('/callbacks/push/p/s');
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect([response.status, await response.text()]).toEqual([401, '{"status":401}']);
});

test('a base64 answer is decoded, and one without a status code is itself the body', async () => {
  answer = () => ({ statusCode: 200, body: 'aGVsbG8=', isBase64Encoded: true });
  expect(await (await post('/callbacks/push/p/s')).text()).toBe('hello');
  answer = () => ({ plain: true });
  expect(await (await post('/callbacks/push/p/s')).json()).toEqual({ plain: true });
});

test.each([
  { failure: 'throws', fail: () => Promise.reject(new Error('secret detail')) },
  { failure: 'answers nonsense', fail: () => ({ statusCode: 'fine' }) },
])('a function that $failure causes a 500 without details', async ({ fail }) => {
  answer = fail;
  const response = await post('/callbacks/push/p/s');
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
});

test('an observer gets the route without the values in the path', async () => {
  await post('/callbacks/push/p/s3cret');
  expect(answers).toEqual([{ route: 'POST /callbacks/{kind}/{payment}/{secret}', status: 200, text: '' }]);
});

test('a request over the rate limit gets 429, and no function is called', async () => {
  admits = false;
  const response = await post('/callbacks/push/p/s', { body: 'x' });
  expect([response.status, await response.json()]).toEqual([429, { message: 'Too Many Requests' }]);
  expect(received).toEqual([]);
});

test('a request behind 250 waiting ones gets 503 at once, and the 250 are answered', async () => {
  const gate = Promise.withResolvers<void>();
  answer = () => gate.promise.then(() => ({ statusCode: 200 }));
  const waiting = Array.from({ length: 250 }, () => post('/callbacks/push/p/s'));
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(250);
  const response = await post('/callbacks/push/p/s');
  expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  gate.resolve();
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await post('/callbacks/push/p/s')).status).toBe(200);
});

test('a body over 10 MB is refused before all of it has arrived', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull: (stream) => {
      sent += 1024 * 1024;
      if (sent > 200 * 1024 * 1024) stream.close();
      else stream.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const status = await post('/callbacks/push/p/s', { body: endless, duplex: 'half' }).then(
    (response) => response.status,
    () => 'connection closed', // while we were still sending
  );
  expect([413, 'connection closed']).toContain(status);
  expect(received).toEqual([]);
  expect(sent).toBeLessThan(100 * 1024 * 1024);
});
