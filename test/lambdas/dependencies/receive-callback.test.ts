import { describe, expect, test } from 'vitest';
import { receiveCallbackDependencies } from '../../../lambdas/dependencies/receive-callback.ts';
import { record } from '../../../lambdas/payment/record.ts';
import { paymentIdOf, sessionUpdate } from '../../support/builders/reports.ts';
import { callbackKey, stallingAws } from '../../support/harness/stalling-aws.ts';

const aws = stallingAws();
const env = {
  TABLE_NAME: 'payments',
  CALLBACK_SECRET_ARN: 'arn:secret',
  SEALING_KEY_ARN: 'arn:key',
  RETENTION_DAYS: '10',
  RELAY_NAME: 'test',
};

test('secret and public key are fetched once each, while the dependencies are built', async () => {
  const { keys } = await receiveCallbackDependencies(env);
  expect(aws.operations.toSorted()).toEqual(['GetPublicKey', 'GetSecretValue']);
  expect(keys.held).toEqual([callbackKey]);
});

test.each(Object.keys(env))('without %s nothing is built, and the error names the variable', async (name) => {
  await expect(receiveCallbackDependencies({ ...env, [name]: undefined })).rejects.toThrow(
    `environment variable ${name} is missing`,
  );
});

describe('a callback does not wait for a DynamoDB that does not answer', () => {
  const recordOne = async () => {
    const { store } = await receiveCallbackDependencies(env);
    aws.operations.length = 0;
    const startedAt = performance.now();
    const outcome = record(store, paymentIdOf('order-1'), sessionUpdate('IN_PROGRESS', 1));
    const error = await outcome.catch((reason: unknown) => reason);
    return { error, took: performance.now() - startedAt };
  };

  test('when a read is not answered, it is tried twice', async () => {
    aws.answerDynamoDb(() => undefined);
    const { error, took } = await recordOne();
    expect(error).toBeInstanceOf(Error);
    expect(aws.operations).toEqual(['GetItem', 'GetItem']);
    expect(took).toBeLessThan(5000);
  });

  test('when an answer begins and falls silent', async () => {
    aws.answerDynamoDb((answer) => {
      answer.writeHead(200);
      answer.write('{"Item":');
    });
    const { error, took } = await recordOne();
    expect(error).toBeInstanceOf(Error);
    expect(took).toBeLessThan(5000);
  });

  test('when the read is answered late and the write not at all', async () => {
    aws.answerDynamoDb((answer) => {
      if (aws.operations.length === 2) setTimeout(() => answer.end('{}'), 50);
    });
    const { error, took } = await recordOne();
    expect(error).toBeInstanceOf(Error);
    expect(aws.operations).toEqual(['GetItem', 'GetItem', 'PutItem', 'PutItem']);
    expect(took).toBeLessThan(5000);
  });
});
