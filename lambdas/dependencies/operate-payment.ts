import { requestForgetter, requestKeeper } from '../aws/kept-requests.ts';
import type { OperatingPorts } from '../flows/finish-operation.ts';
import { type Environment, requireEnv } from '../handlers/lambda-handler.ts';
import type { Logger } from '../logging/logger.ts';
import { klarnaDependencies, sealingKey } from './payment-ports.ts';

export type OperatePaymentDependencies = OperatingPorts & { journal: Logger };

/** What operating on orders needs; it opens nothing. */
export async function operatePaymentDependencies(env: Environment): Promise<OperatePaymentDependencies> {
  const paying = await klarnaDependencies(env);
  const requests = { ...paying, table: requireEnv(env, 'REQUESTS_TABLE'), key: await sealingKey(env, paying) };
  return { ...paying, keepRequest: requestKeeper(requests), forgetRequest: requestForgetter(requests) };
}
