import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import { callbackUrls } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../../../lambdas/payment/payment-id.ts';
import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import { publicUrl } from '../relay/surroundings.ts';
import type { World } from '../world.ts';

const second = 1000;
const minute = 60 * second;

/** How often Klarna tries again after an answer other than 2xx, and after which pause. */
const retries = 3;
const pause = 3 * second;

/** How long Klarna waits for an answer. */
const timeout = 3 * second;

/**
 * When everything else works again, 12 to 20 callbacks about one payment arrive at the same moment. Each is accepted, at the
 * latest when Klarna sends it once more: callbacks of a session that Klarna does not know any more, or those of the run once more.
 */
export function manyCallbacks(world: World): void {
  const { clock, chance, faults, plan } = world;
  if (plan.manyCallbacks === 'none') return;
  clock.at(clock.now() + chance.between(second, 5 * minute), () => {
    const callbacks = plan.manyCallbacks === 'callbacks alone' ? ofUnknownSession(world) : ofKnownPayment(world);
    const [first] = callbacks;
    if (!first) return;
    faults.note('many callbacks at once', `${callbacks.length}`, paymentOfCallback(first));
    for (const callback of callbacks) void sendUntilAccepted(world, callback);
  });
}

/** Sends a callback as Klarna does, and notes it when its first two attempts failed. */
export async function sendUntilAccepted(world: World, callback: OutgoingCallback): Promise<void> {
  const { api, clock, unanswered } = world;
  const statuses: (number | 'none')[] = [];
  for (let n = 0; n <= retries; n++) {
    const status = await api.deliverCallback(callback, timeout);
    statuses.push(status);
    if (status === 200) break;
    await clock.sleep(pause);
  }
  if (statuses.length > 2) unanswered.push({ callback, statuses });
}

/** A merchant's own backend made the session and lets Klarna call the relay. */
function ofUnknownSession({ clock, chance, surroundings }: World): OutgoingCallback[] {
  const payment = paymentId(`shop-${chance.between(1000, 9999)}`);
  if (!payment) return [];
  const { status_update: url } = callbackUrls({ base: publicUrl, payment, key: surroundings.callbackKeys.second });
  const { status_update: oldUrl } = callbackUrls({ base: publicUrl, payment, key: surroundings.callbackKeys.first });
  const session_id = chance.uuid();
  const count = chance.between(12, 20);
  return Array.from({ length: count }, (_, n) => {
    const updated_at = new Date(clock.now() - 1000 * (count - n)).toISOString();
    const status = n === count - 1 ? 'CANCELLED' : chance.pick(['IN_PROGRESS', 'FAILED', 'BACK']);
    return {
      kind: 'status_update',
      url: surroundings.secret.accepts(surroundings.callbackKeys.second) ? url : oldUrl,
      body: { event_id: chance.uuid(), session: { session_id, status, updated_at } },
    };
  });
}

/** The callbacks of one payment, each as often as it takes. */
function ofKnownPayment({ chance, surroundings, lives }: World): OutgoingCallback[] {
  const ids = lives.lives().map(({ id }) => id);
  const payment = ids[chance.between(0, ids.length - 1)];
  const known = surroundings.klarna.callbacks
    .map(({ callback }) => callback)
    .filter((callback) => paymentOfCallback(callback) === payment);
  if (known.length === 0) return [];
  return Array.from({ length: chance.between(12, 20) }, (_, n) => known[n % known.length]).filter(
    (each) => each !== undefined,
  );
}
