import type { RunContext } from '../deterministic/run-context.ts';
import type { SubscriberPlan } from './subscriber.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * A shop that subscribes from the start and may be down for a while, more often in a run with a restore; now and then an
 * accounting that joins late.
 */
export function subscriberPlans(run: RunContext): SubscriberPlan[] {
  const { clock, chance, faults, plan } = run;
  const now = clock.now();
  const shop = {
    name: 'shop',
    joinsAt: now,
    downtimes: chance.happens(plan.isRestored ? 0.6 : 0.12) ? [downtime(run)] : [],
  };
  if (!chance.happens(0.08)) return [shop];
  const joinsAt = now + chance.between(10 * minute, 5 * hour);
  faults.note('subscriber joins late', `accounting, after ${Math.round((joinsAt - now) / minute)} minutes`);
  return [shop, { name: 'accounting', joinsAt, downtimes: [] }];
}

function downtime({ clock, chance, faults }: RunContext): SubscriberPlan['downtimes'][number] {
  const from = clock.now() + chance.between(minute, 2 * hour);
  const until = from + (chance.happens(0.6) ? chance.between(minute, 50 * minute) : chance.between(hour, 48 * hour));
  const kind = chance.pick(['queue', 'polling', 'errors'] as const);
  const length = `for ${Math.round((until - from) / minute)} minutes from ${new Date(from).toISOString()} on`;
  faults.note(kind === 'queue' ? 'queue down' : 'subscriber down', `${kind} ${length}`);
  return { from, until, kind };
}
