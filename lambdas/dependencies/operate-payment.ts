import { requestKeeper } from '../aws/kept-requests.ts';
import type { OperatingPorts } from '../flows/finish-operation.ts';
import type { Logger } from '../logging/logger.ts';
import { type Environment, requireEnv } from './environment.ts';
import { klarnaDependencies, lenientDeleter, sealingKey } from './klarna.ts';

export type OperatePaymentDependencies = OperatingPorts & { logger: Logger };

/** It opens no secret. */
export async function operatePaymentDependencies(env: Environment): Promise<OperatePaymentDependencies> {
  const klarna = await klarnaDependencies(env);
  const requests = { ...klarna, table: requireEnv(env, 'REQUESTS_TABLE'), key: await sealingKey(env, klarna) };
  return {
    ...klarna,
    keepRequest: requestKeeper(requests),
    deleteRequest: lenientDeleter(klarna, requests),
  };
}
