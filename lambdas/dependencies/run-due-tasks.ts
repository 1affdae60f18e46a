import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { acknowledgements } from '../aws/acknowledgements.ts';
import { customerTokens } from '../aws/customer-tokens.ts';
import { duePayments } from '../aws/due-index.ts';
import { requestKeeper, requestOpener } from '../aws/kept-requests.ts';
import { republish } from '../aws/republish.ts';
import { publicKey, sealTo } from '../aws/seal.ts';
import { timeouts } from '../aws/timeouts.ts';
import { opener } from '../aws/unseal.ts';
import type { OpenRequest } from '../flows/ports.ts';
import type { TaskPorts } from '../flows/tasks/run-tasks.ts';
import type { Logger } from '../logging/logger.ts';
import { parseKeptRequest } from '../merchant/kept-requests.ts';
import { type Environment, requireEnv } from './environment.ts';
import { klarnaDependencies, lenientDeleter, mintUrls, sealingKey } from './klarna.ts';
import { loggedOpener } from './token-opener.ts';

export type RunDueTasksDependencies = TaskPorts & { due: ReturnType<typeof duePayments>; logger: Logger };

/** It opens authorizations to place orders, requests to repeat them, and customer tokens to finish a charge. */
export async function runDueTasksDependencies(env: Environment): Promise<RunDueTasksDependencies> {
  const [klarna, urls] = await Promise.all([klarnaDependencies(env, { sharesRate: true }), mintUrls(env)]);
  const keyArn = requireEnv(env, 'SEALING_KEY_ARN');
  const tokenKeyArn = requireEnv(env, 'TOKEN_KEY_ARN');
  const [key, tokenKey] = await Promise.all([
    sealingKey(env, klarna),
    publicKey({ client: klarna.kms, keyArn: tokenKeyArn }),
  ]);
  const requests = {
    ...klarna,
    table: requireEnv(env, 'REQUESTS_TABLE'),
    key,
    open: opener({ client: klarna.kms, keyArn }),
  };
  return {
    ...klarna,
    ...urls,
    due: duePayments({ ...klarna, table: requireEnv(env, 'TABLE_NAME'), index: requireEnv(env, 'DUE_INDEX') }),
    acknowledged: acknowledgements({ ...klarna, table: requireEnv(env, 'PROGRESS_TABLE') }).last,
    republish: republish({ client: new EventBridgeClient(timeouts.merchant), bus: requireEnv(env, 'BUS_NAME') }),
    tokens: customerTokens({ ...klarna, table: requireEnv(env, 'TOKENS_TABLE') }),
    sealToken: sealTo(key),
    sealCustomerToken: sealTo(tokenKey),
    openToken: loggedOpener(klarna, { keyArn, caller: 'run-due-tasks' }),
    openCustomerToken: loggedOpener(klarna, { keyArn: tokenKeyArn, caller: 'run-due-tasks' }),
    keepRequest: requestKeeper(requests),
    openRequest: typedOpener(requestOpener(requests)),
    deleteRequest: lenientDeleter(klarna, requests),
    random: Math.random,
  };
}

/** Parses each kept request as its kind. */
export const typedOpener =
  (open: ReturnType<typeof requestOpener>): OpenRequest =>
  async ({ kind, ...key }) => {
    const body = await open(key);
    return body === undefined ? undefined : parseKeptRequest(kind, body);
  };
