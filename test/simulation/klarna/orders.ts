import type { World } from '../world.ts';

/** Klarna's orders under a payment's name. */
export const ordersOf = ({ surroundings }: Pick<World, 'surroundings'>, payment: string) =>
  surroundings.klarna.core.controls.orders().filter(({ purchase }) => purchase.merchant_reference2 === payment);
