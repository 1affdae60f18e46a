import { customerTokens } from '../aws/customer-tokens.ts';
import { requestKeeper } from '../aws/kept-requests.ts';
import type { ChargingPorts } from '../flows/finish-charge.ts';
import type { Logger } from '../logging/logger.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { type Environment, requireEnv } from './environment.ts';
import { klarnaDependencies, lenientDeleter, mintUrls, sealingKey } from './klarna.ts';
import { loggedOpener } from './token-opener.ts';

export type ChargeTokenDependencies = ChargingPorts & {
  tokens: ReturnType<typeof customerTokens>;
  statusUrl: (payment: PaymentId) => string;
  logger: Logger;
};

/** It opens customer tokens and no other secret. */
export async function chargeTokenDependencies(env: Environment): Promise<ChargeTokenDependencies> {
  const [klarna, urls] = await Promise.all([klarnaDependencies(env), mintUrls(env)]);
  const requests = { ...klarna, table: requireEnv(env, 'REQUESTS_TABLE'), key: await sealingKey(env, klarna) };
  return {
    ...klarna,
    ...urls,
    tokens: customerTokens({ ...klarna, table: requireEnv(env, 'TOKENS_TABLE') }),
    keepRequest: requestKeeper(requests),
    deleteRequest: lenientDeleter(klarna, requests),
    openCustomerToken: loggedOpener(klarna, { keyArn: requireEnv(env, 'TOKEN_KEY_ARN'), caller: 'charge-token' }),
  };
}
