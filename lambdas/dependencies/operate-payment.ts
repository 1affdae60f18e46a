import { requestForgetter, requestKeeper } from '../aws/kept-requests.ts';
import type { OperatingPorts } from '../flows/finish-operation.ts';
import { type Environment, need } from '../handlers/lambda-handler.ts';
import type { Journal } from '../logging/logger.ts';
import { payingHouse, sealingKey } from './payment-ports.ts';

export type OperatingHouse = OperatingPorts & { journal: Journal };

/** What operating on orders needs; it opens nothing. */
export async function operatingHouse(env: Environment): Promise<OperatingHouse> {
  const paying = await payingHouse(env);
  const requests = { ...paying, table: need(env, 'REQUESTS_TABLE'), key: await sealingKey(env, paying) };
  return { ...paying, keepRequest: requestKeeper(requests), forgetRequest: requestForgetter(requests) };
}
