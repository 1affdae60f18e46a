import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { receiveCallbackDependencies } from '../../../lambdas/dependencies/receive-callback.ts';
import { endpoint } from '../../../lambdas/handlers/http/endpoint.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';
import { record } from '../../../lambdas/payment/record.ts';
import { paymentIdOf, sessionUpdate } from '../../support/builders/reports.ts';

const env = {
  TABLE_NAME: 'payments',
  CALLBACK_SECRET_ARN: 'arn:secret',
  SEALING_KEY_ARN: 'arn:key',
  RETENTION_DAYS: '10',
  RELAY_NAME: 'test',
};
const spki = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' });

/** An AWS that keeps secret and key and otherwise does as a test says. */
let asked: string[];
let dynamodb: (answer: ServerResponse) => void;
const aws = createServer((request: IncomingMessage, answer) => {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  asked.push(operation);
  request.resume();
  answer.setHeader('content-type', 'application/x-amz-json-1.1');
  if (operation === 'GetSecretValue')
    return answer.end(JSON.stringify({ SecretString: `{"current":"${'k'.repeat(43)}"}` }));
  if (operation === 'GetPublicKey') return answer.end(JSON.stringify({ PublicKey: spki.toString('base64') }));
  return dynamodb(answer);
});

beforeAll(async () => {
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening));
  const address = aws.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${address.port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  aws.close();
});

test('secret and public key are fetched while the house is built, once each', async () => {
  const house = await receiveCallbackDependencies(env);
  expect(asked.toSorted()).toEqual(['GetPublicKey', 'GetSecretValue']);
  expect(house.keys.held).toEqual(['k'.repeat(43)]);
});

test.each(Object.keys(env))('without %s nothing is built, and the variable is named', async (name) => {
  await expect(receiveCallbackDependencies({ ...env, [name]: undefined })).rejects.toThrow(
    `environment variable ${name} is missing`,
  );
});

describe('nobody waits for an AWS that does not answer', () => {
  const telling = async () => {
    const { store } = await receiveCallbackDependencies(env);
    asked = [];
    const began = performance.now();
    const trouble = await record(store, paymentIdOf('order-1'), sessionUpdate('IN_PROGRESS', 1)).catch(
      (error: unknown) => error,
    );
    return { trouble, took: performance.now() - began };
  };

  test('when DynamoDB does not answer: tried twice, then our trouble', async () => {
    dynamodb = () => undefined;
    const { trouble, took } = await telling();
    expect(trouble).toBeInstanceOf(Error);
    expect(asked).toEqual(['GetItem', 'GetItem']);
    expect(took).toBeLessThan(5000);
  });

  test('when DynamoDB begins an answer and falls silent', async () => {
    dynamodb = (answer) => {
      answer.writeHead(200);
      answer.write('{"Item":');
    };
    const { trouble, took } = await telling();
    expect(trouble).toBeInstanceOf(Error);
    expect(took).toBeLessThan(5000);
  });

  test('when the read comes late and the write does not answer', async () => {
    dynamodb = (answer) => {
      if (asked.length === 2) setTimeout(() => answer.end('{}'), 50);
    };
    const { trouble, took } = await telling();
    expect(trouble).toBeInstanceOf(Error);
    expect(asked).toEqual(['GetItem', 'GetItem', 'PutItem', 'PutItem']);
    expect(took).toBeLessThan(5000);
  });

  test('whatever takes its time: the door answers 503 before Klarna hangs up after two seconds', async () => {
    const lines: string[] = [];
    const log = jsonLogger({ relay: 'test', now: () => new Date(), write: (line) => lines.push(line) });
    const route = endpoint(log, 'klarna', () => new Promise(() => undefined));
    const event: Parameters<typeof route>[0] = JSON.parse('{}');
    const context: Parameters<typeof route>[1] = JSON.parse('{}');
    expect(await route(event, context)).toMatchObject({ statusCode: 503 });
    expect(lines.join()).toContain('no answer within 1700 ms');
  });
});
