import type { PaymentId } from '../payment/payment-id.ts';
import { requestKeeper } from '../aws/kept-requests.ts';
import type { CreatingPorts } from '../flows/create-payment.ts';

import { type Environment, requireEnv } from '../handlers/lambda-handler.ts';
import type { Logger } from '../logging/logger.ts';
import { mintUrls, klarnaDependencies, sealingKey } from './payment-ports.ts';

export type CreatePaymentDependencies = CreatingPorts & {
  hasAccount: (name: string) => boolean;
  journal: Logger;
  statusUrl: (payment: PaymentId) => string;
};

/** What creating a payment needs; it opens nothing. */
export async function createPaymentDependencies(env: Environment): Promise<CreatePaymentDependencies> {
  const [paying, urls] = await Promise.all([klarnaDependencies(env), mintUrls(env)]);
  const key = await sealingKey(env, paying);
  return { ...paying, ...urls, keepRequest: requestKeeper({ ...paying, table: requireEnv(env, 'REQUESTS_TABLE'), key }) };
}
