import { generateKeyPairSync } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { close, listen } from '../../../local/gateway/listen.ts';

/** The callback key in its secret. */
export const callbackKey = 'k'.repeat(43);

const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' });

/** How DynamoDB answers one call, or does not answer it. */
type DynamoDbAnswer = (answer: ServerResponse) => void;

/** An AWS for the tests of one file, whose secrets and keys are always there and whose DynamoDB answers as a test says. */
export function stallingAws() {
  const operations: string[] = [];
  let dynamoDb: DynamoDbAnswer = (answer) => answer.end('{}');
  const server = createServer((request, answer) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    operations.push(operation);
    request.resume();
    answer.setHeader('content-type', 'application/x-amz-json-1.1');
    if (operation === 'GetSecretValue')
      return answer.end(JSON.stringify({ SecretString: JSON.stringify({ current: callbackKey }) }));
    if (operation === 'GetPublicKey') return answer.end(JSON.stringify({ PublicKey: publicKey.toString('base64') }));
    return dynamoDb(answer);
  });
  beforeAll(async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', await listen(server));
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  });
  beforeEach(() => {
    operations.length = 0;
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    return close(server);
  });
  return {
    /** The operations that were called, in order. */
    operations,
    answerDynamoDb: (answer: DynamoDbAnswer) => {
      dynamoDb = answer;
    },
  };
}
