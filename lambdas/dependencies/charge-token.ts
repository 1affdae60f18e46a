import type { PaymentId } from '../payment/payment-id.ts';
import { customerTokens } from '../aws/customer-tokens.ts';
import { requestForgetter, requestKeeper } from '../aws/kept-requests.ts';
import type { ChargingPorts } from '../flows/charge.ts';
import type { CustomerToken } from '../flows/ports.ts';

import { type Environment, requireEnv } from '../handlers/lambda-handler.ts';
import type { Logger } from '../logging/logger.ts';
import { loggedOpener } from './token-opener.ts';
import { mintUrls, klarnaDependencies, sealingKey } from './payment-ports.ts';

export type ChargeTokenDependencies = ChargingPorts & {
  tokens: ReturnType<typeof customerTokens<CustomerToken>>;
  statusUrl: (payment: PaymentId) => string;
  journal: Logger;
};

/** What charging needs; it opens customer tokens and nothing else. */
export async function chargeTokenDependencies(env: Environment): Promise<ChargeTokenDependencies> {
  const [paying, urls] = await Promise.all([klarnaDependencies(env), mintUrls(env)]);
  const requests = { ...paying, table: requireEnv(env, 'REQUESTS_TABLE'), key: await sealingKey(env, paying) };
  return {
    ...paying,
    ...urls,
    tokens: customerTokens<CustomerToken>({ ...paying, table: requireEnv(env, 'TOKENS_TABLE') }),
    keepRequest: requestKeeper(requests),
    forgetRequest: requestForgetter(requests),
    openCustomerToken: loggedOpener(paying, { keyArn: requireEnv(env, 'TOKEN_KEY_ARN'), caller: 'charge-token' }),
  };
}
