import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { World } from '../world.ts';
import { sendUntilAccepted } from './many-callbacks.ts';

const minute = 60_000;

/** When everything else works again, Klarna reports something new about each payment in a stage that this version does not know. */
export function stagedCallbacks(world: World): void {
  const { clock, novelties, surroundings, chance } = world;
  for (const { payment } of novelties.filter(({ stage }) => stage !== undefined)) {
    const last = surroundings.klarna.callbacks
      .map(({ callback }) => callback)
      .findLast(({ kind, ...callback }) => kind === 'status_update' && paymentOfCallback(callback) === payment);
    if (!last) continue;
    clock.at(clock.now() + chance.between(minute, 20 * minute), () => {
      const session = { ...Object(last.body).session, updated_at: clock.date().toISOString() };
      void sendUntilAccepted(world, { ...last, body: { event_id: chance.uuid(), session } });
    });
  }
}
