import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { acknowledgements } from '../aws/acknowledgements.ts';
import { customerTokens } from '../aws/customer-tokens.ts';
import { duePayments } from '../aws/due-index.ts';
import { opener } from '../aws/unseal.ts';
import { republish } from '../aws/republish.ts';
import { requestForgetter, requestKeeper, requestOpener } from '../aws/kept-requests.ts';
import { publicKey, sealTo } from '../aws/seal.ts';
import { patient } from '../aws/timeouts.ts';
import type { AdvancingPorts } from '../flows/tasks/run-tasks.ts';
import type { CustomerToken } from '../flows/ports.ts';
import { type Environment, need } from '../handlers/lambda-handler.ts';
import type { Journal } from '../logging/logger.ts';
import { loggedOpener } from './token-opener.ts';
import { minted, payingHouse, sealingKey } from './payment-ports.ts';

export type AdvancingHouse = AdvancingPorts & { due: ReturnType<typeof duePayments>; journal: Journal };

/** What duty needs: it opens authorizations to place orders, requests to repeat them, and customer tokens to finish a charge. */
export async function advancingHouse(env: Environment): Promise<AdvancingHouse> {
  const [paying, urls] = await Promise.all([payingHouse(env, { sharesRate: true }), minted(env)]);
  const keyArn = need(env, 'SEALING_KEY_ARN');
  const tokenKeyArn = need(env, 'TOKEN_KEY_ARN');
  const [key, tokenKey] = await Promise.all([
    sealingKey(env, paying),
    publicKey({ client: paying.kms, keyArn: tokenKeyArn }),
  ]);
  const requests = { ...paying, table: need(env, 'REQUESTS_TABLE'), key, open: opener({ client: paying.kms, keyArn }) };
  return {
    ...paying,
    ...urls,
    due: duePayments({ ...paying, table: need(env, 'TABLE_NAME'), index: need(env, 'DUE_INDEX') }),
    acknowledged: acknowledgements({ ...paying, table: need(env, 'PROGRESS_TABLE') }).last,
    republish: republish({ client: new EventBridgeClient(patient), bus: need(env, 'BUS_NAME') }),
    tokens: customerTokens<CustomerToken>({ ...paying, table: need(env, 'TOKENS_TABLE') }),
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
