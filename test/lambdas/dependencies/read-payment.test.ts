import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { readPaymentDependencies } from '../../../lambdas/dependencies/read-payment.ts';
import { readPayment } from '../../../lambdas/handlers/read-payment.ts';
import { statusUrl } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { applyAll, paymentIdOf, sessionUpdate } from '../../support/builders/reports.ts';
import { callbackKey, stallingAws } from '../../support/harness/stalling-aws.ts';

const aws = stallingAws();
const env = { TABLE_NAME: 'payments', CALLBACK_SECRET_ARN: 'arn:secret', RELAY_NAME: 'test' };
const payment = paymentIdOf('order-1');
const item = marshall(applyAll(sessionUpdate('IN_PROGRESS', 1)).payment, { removeUndefinedValues: true });

/** The answer to a GET with these path parameters, while the first read of DynamoDB stalls. */
async function getWithStalledRead(pathParameters: Record<string, string>) {
  const handle = readPayment(await readPaymentDependencies(env));
  aws.operations.length = 0;
  aws.answerDynamoDb((answer) => {
    if (aws.operations.length > 1) answer.end(JSON.stringify({ Item: item }));
  });
  const event = { pathParameters, headers: {}, isBase64Encoded: false };
  return handle(event as unknown as APIGatewayProxyEventV2, {} as Context);
}

test('GET /payments/{payment} is answered 200 although one read of DynamoDB stalls', async () => {
  const { statusCode, body } = await getWithStalledRead({ payment });
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? '')).toMatchObject({ payment, stage: 'in_progress' });
  expect(aws.operations).toEqual(['GetItem', 'GetItem']);
});

test('the status URL is answered 200 although one read of DynamoDB stalls', async () => {
  const url = statusUrl({ base: 'https://relay.example', payment, key: callbackKey });
  const { statusCode, body } = await getWithStalledRead({ payment, secret: url.split('/').at(-1) ?? '' });
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? '')).toMatchObject({ status: 'open', stage: 'in_progress' });
  expect(aws.operations).toEqual(['GetItem', 'GetItem']);
});

test.each(Object.keys(env))('without %s nothing is built, and the error names the variable', async (name) => {
  await expect(readPaymentDependencies({ ...env, [name]: undefined })).rejects.toThrow(
    `environment variable ${name} is missing`,
  );
});
