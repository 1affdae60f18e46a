import { customerTokens } from '../aws/customer-tokens.ts';
import { requestForgetter, requestKeeper } from '../aws/kept-requests.ts';
import type { ChargingPorts } from '../flows/charge.ts';
import type { CustomerToken } from '../flows/ports.ts';
import type { PaymentId } from '../payment/payment.ts';
import { type Environment, need } from '../handlers/lambda-handler.ts';
import type { Journal } from '../logging/logger.ts';
import { loggedOpener } from './token-opener.ts';
import { minted, payingHouse, sealingKey } from './payment-ports.ts';

export type ChargingHouse = ChargingPorts & {
  tokens: ReturnType<typeof customerTokens<CustomerToken>>;
  statusUrl: (payment: PaymentId) => string;
  journal: Journal;
};

/** What charging needs; it opens customer tokens and nothing else. */
export async function chargingHouse(env: Environment): Promise<ChargingHouse> {
  const [paying, urls] = await Promise.all([payingHouse(env), minted(env)]);
  const requests = { ...paying, table: need(env, 'REQUESTS_TABLE'), key: await sealingKey(env, paying) };
  return {
    ...paying,
    ...urls,
    tokens: customerTokens<CustomerToken>({ ...paying, table: need(env, 'TOKENS_TABLE') }),
    keepRequest: requestKeeper(requests),
    forgetRequest: requestForgetter(requests),
    openCustomerToken: loggedOpener(paying, { keyArn: need(env, 'TOKEN_KEY_ARN'), caller: 'charge-token' }),
  };
}
