import { requestKeeper } from '../aws/kept-requests.ts';
import type { CreatingPorts } from '../flows/create-payment.ts';
import type { PaymentId } from '../payment/payment.ts';
import { type Environment, need } from '../handlers/lambda-handler.ts';
import type { Journal } from '../logging/logger.ts';
import { minted, payingHouse, sealingKey } from './payment-ports.ts';

export type CreatingHouse = CreatingPorts & {
  hasAccount: (name: string) => boolean;
  journal: Journal;
  statusUrl: (payment: PaymentId) => string;
};

/** What creating a payment needs; it opens nothing. */
export async function creatingHouse(env: Environment): Promise<CreatingHouse> {
  const [paying, urls] = await Promise.all([payingHouse(env), minted(env)]);
  const key = await sealingKey(env, paying);
  return { ...paying, ...urls, keepRequest: requestKeeper({ ...paying, table: need(env, 'REQUESTS_TABLE'), key }) };
}
