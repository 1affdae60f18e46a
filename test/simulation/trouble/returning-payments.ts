import { sessionRequestBody } from '../../support/builders/merchant-bodies.ts';
import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import { paymentOfKey } from '../merchant/payments.ts';
import type { World } from '../world.ts';

const hour = 3600_000;
const day = 24 * hour;

/** When everything else works again, and after the retention: a payment that was deleted is reported or created once more. */
export function returningPayments(world: World): void {
  const { clock, chance, plan, lives } = world;
  if (plan.retentionDays > 100) return;
  clock.at(clock.now() + (plan.retentionDays + 35) * day + chance.between(0, 10 * day), () => {
    world.expireItems();
    const [id] = lives.deleted;
    if (!id) return;
    if (chance.happens(0.5)) void createAgain(world, id);
    else void reportAgain(world, id);
  });
}

async function reportAgain({ api, faults, surroundings, transcript }: World, id: string): Promise<void> {
  const callback = surroundings.klarna.callbacks.findLast((each) => paymentOfCallback(each.callback) === id)?.callback;
  if (!callback) return;
  faults.note('payment id comes back', `with a ${callback.kind}`, id);
  const status = await api.deliverCallback(callback, 3000);
  transcript.add('relay', `answers ${status} to the late ${callback.kind} of ${id}`, id);
}

/** The shop uses an order number once more. */
async function createAgain({ api, faults, transcript }: World, id: string): Promise<void> {
  const key = ['buy-1', 'buy-2', 'buy-3'].find((each) => paymentOfKey(each, 'default') === id);
  if (!key) return;
  faults.note('payment id comes back', 'with a new purchase', id);
  const body = sessionRequestBody({ flow: 'authorize' });
  const request = { function: 'createPayment', routeKey: 'POST /payments', path: '/payments' } as const;
  const answer = await api.send({ ...request, body, key, payment: id });
  transcript.add('relay', `answers ${answer === 'none' ? answer : answer.status} to the new purchase of ${id}`, id);
}
