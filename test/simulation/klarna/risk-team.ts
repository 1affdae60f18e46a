import type { World } from '../world.ts';
import { ordersOf } from './orders.ts';

const second = 1000;
const minute = 60 * second;

type Subject = { payment: string };

/** Klarna's risk team decides on the pending order of a payment. */
export async function decideOnOrder(world: World, { payment }: Subject): Promise<void> {
  const { clock, chance, transcript, surroundings } = world;
  await clock.sleep(
    chance.happens(0.3) ? chance.between(minute, 5 * 60 * minute) : chance.between(second, 20 * minute),
  );
  const decision = chance.pick(['accept', 'accept', 'reject', 'stop'] as const);
  for (const { order_id, fraud_status } of ordersOf(world, payment)) {
    if (fraud_status !== 'PENDING') continue;
    transcript.add('Klarna', `risk team: ${decision} for ${payment}`, payment);
    surroundings.klarna.core.controls.risk(order_id, decision);
    if (decision === 'accept' && chance.happens(0.1)) await stopOrder(world, { payment });
  }
}

/** The risk team stops an order that it had accepted, before anything is captured. */
export async function stopOrder(world: World, { payment }: Subject): Promise<void> {
  const { clock, chance, transcript, surroundings } = world;
  await clock.sleep(chance.between(second, 40 * minute));
  for (const { order_id, status, fraud_status } of ordersOf(world, payment)) {
    if (status !== 'AUTHORIZED' || fraud_status !== 'ACCEPTED') continue;
    transcript.add('Klarna', `risk team stops the order of ${payment}`, payment);
    surroundings.klarna.core.controls.risk(order_id, 'stop');
  }
}
