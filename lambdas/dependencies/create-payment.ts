import { requestKeeper } from '../aws/kept-requests.ts';
import type { CreatingPorts } from '../flows/ports.ts';
import type { Logger } from '../logging/logger.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { type Environment, requireEnv } from './environment.ts';
import { klarnaDependencies, mintUrls, sealingKey } from './klarna.ts';

export type CreatePaymentDependencies = CreatingPorts & {
  hasAccount: (name: string) => boolean;
  logger: Logger;
  statusUrl: (payment: PaymentId) => string;
};

/** It opens no secret. */
export async function createPaymentDependencies(env: Environment): Promise<CreatePaymentDependencies> {
  const [klarna, urls] = await Promise.all([klarnaDependencies(env), mintUrls(env)]);
  const requests = { ...klarna, table: requireEnv(env, 'REQUESTS_TABLE'), key: await sealingKey(env, klarna) };
  return { ...klarna, ...urls, keepRequest: requestKeeper(requests) };
}
