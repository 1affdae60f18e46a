import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { World } from '../world.ts';

const hour = 3600_000;
const day = 24 * hour;

/** When everything else works again, and after the retention: a payment that was deleted is reported once more. */
export function returningPayments(world: World): void {
  const { api, clock, chance, faults, plan, lives, surroundings, transcript } = world;
  if (plan.retentionDays > 100) return;
  clock.at(clock.now() + (plan.retentionDays + 35) * day + chance.between(0, 10 * day), () => {
    world.expireItems();
    const [id] = lives.deleted;
    const callback = surroundings.klarna.callbacks.findLast(
      (each) => paymentOfCallback(each.callback) === id,
    )?.callback;
    if (!id || !callback) return;
    faults.note('payment id comes back', `with a ${callback.kind}`, id);
    void api.deliverCallback(callback, 3000).then((status) => {
      transcript.add('relay', `answers ${status} to the late ${callback.kind} of ${id}`, id);
    });
  });
}
