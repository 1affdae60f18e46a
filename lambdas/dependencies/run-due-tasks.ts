import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { acknowledgements } from '../aws/acknowledgements.ts';
import { customerTokens } from '../aws/customer-tokens.ts';
import { duePayments } from '../aws/due-index.ts';
import { opener } from '../aws/unseal.ts';
import { republish } from '../aws/republish.ts';
import { requestForgetter, requestKeeper, requestOpener } from '../aws/kept-requests.ts';
import { publicKey, sealTo } from '../aws/seal.ts';
import { patient } from '../aws/timeouts.ts';
import type { TaskPorts } from '../flows/tasks/run-tasks.ts';
import type { CustomerToken } from '../flows/ports.ts';
import { type Environment, requireEnv } from '../handlers/lambda-handler.ts';
import type { Logger } from '../logging/logger.ts';
import { loggedOpener } from './token-opener.ts';
import { mintUrls, klarnaDependencies, sealingKey } from './payment-ports.ts';

export type RunDueTasksDependencies = TaskPorts & { due: ReturnType<typeof duePayments>; journal: Logger };

/** What duty needs: it opens authorizations to place orders, requests to repeat them, and customer tokens to finish a charge. */
export async function runDueTasksDependencies(env: Environment): Promise<RunDueTasksDependencies> {
  const [paying, urls] = await Promise.all([klarnaDependencies(env, { sharesRate: true }), mintUrls(env)]);
  const keyArn = requireEnv(env, 'SEALING_KEY_ARN');
  const tokenKeyArn = requireEnv(env, 'TOKEN_KEY_ARN');
  const [key, tokenKey] = await Promise.all([
    sealingKey(env, paying),
    publicKey({ client: paying.kms, keyArn: tokenKeyArn }),
  ]);
  const requests = { ...paying, table: requireEnv(env, 'REQUESTS_TABLE'), key, open: opener({ client: paying.kms, keyArn }) };
  return {
    ...paying,
    ...urls,
    due: duePayments({ ...paying, table: requireEnv(env, 'TABLE_NAME'), index: requireEnv(env, 'DUE_INDEX') }),
    acknowledged: acknowledgements({ ...paying, table: requireEnv(env, 'PROGRESS_TABLE') }).last,
    republish: republish({ client: new EventBridgeClient(patient), bus: requireEnv(env, 'BUS_NAME') }),
    tokens: customerTokens<CustomerToken>({ ...paying, table: requireEnv(env, 'TOKENS_TABLE') }),
    sealToken: sealTo(key),
    sealCustomerToken: sealTo(tokenKey),
    openToken: loggedOpener(paying, { keyArn, caller: 'advance-payments' }),
    openCustomerToken: loggedOpener(paying, { keyArn: tokenKeyArn, caller: 'advance-payments' }),
    keepRequest: requestKeeper(requests),
    openRequest: requestOpener(requests),
    forgetRequest: requestForgetter(requests),
    random: Math.random,
  };
}
