import { afterwards } from '../klarna/afterwards.ts';
import { visitPage } from '../klarna/shoppers.ts';
import type { World } from '../world.ts';
import { chargeCustomer } from './charges.ts';
import type { Merchant } from './intents.ts';
import { operateOnOrder } from './operations.ts';
import { paymentOfKey, purchaseFlows, readUntilDecided, startPurchase } from './payments.ts';

const minute = 60_000;

/** One purchase, from its creation to everything that the merchant does with its order and its customer token. */
export async function makePurchase(world: World, merchant: Merchant, number: number): Promise<void> {
  const { clock, chance } = world;
  await clock.sleep(chance.between(0, 5 * minute));
  const flow = chance.pick(purchaseFlows);
  const key = `buy-${number}`;
  const account = chance.pick(['default', 'default', 'nordic'] as const);
  const payment = paymentOfKey(key, account);
  merchant.payments.push(payment);
  const page = await startPurchase(world, { flow, key, account });
  if (!page) return;
  const [view] = await Promise.all([readUntilDecided(world, page), visitPage(world, page)]);
  const token = view.references?.customer_token_id;
  await Promise.all([
    ...(token && chance.happens(0.8) ? [chargeCustomer(world, merchant, token)] : []),
    operateOnOrder(world, merchant, payment),
  ]);
  await afterwards(world, payment);
}
