import { mappings } from '../relay/template-settings.ts';
import type { World } from '../world.ts';
import type { Outage } from './fault-kinds.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The age at which the stream gives up a row. */
const oldest = mappings.outbox.MaximumRecordAgeInSeconds * 1000;

/** Klarna executed an operation. Where its answer is lost and no task runs, its kept request expires. */
const executed = /^POST .*(captures|refunds) in operate-payment/;

/** What is down together. A repeated row is more frequent. */
const groups: readonly [readonly Outage[], ...(readonly Outage[])[]] = [
  ['bus down'],
  ['bus down'],
  ['bus down', 'due tasks down'],
  ['publisher down', 'due tasks down'],
  ['publisher down', 'due tasks down'],
  ['publisher down'],
  ['stream down'],
  ['stream down', 'due tasks down'],
  ['due tasks down'],
  ['due tasks down'],
  ['due tasks down'],
  ['due tasks down'],
];

/**
 * Parts are down for longer than a day, so that rows are given up and Klarna forgets idempotency keys; or for longer than four days,
 * so that kept requests expire. An outage of the publication often ends just after its first row was given up, while later rows wait.
 */
export async function longOutage(world: World): Promise<void> {
  const { clock, chance, faults, plan, stream } = world;
  if (!plan.longOutage) return;
  await clock.sleep(chance.between(minute, 2 * hour));
  const parts = chance.pick(groups);
  const stopsPublication = parts.some((part) => part !== 'due tasks down');
  const length = stopsPublication
    ? oldest + chance.between(minute, 4 * hour)
    : chance.between(chance.pick([24, 100]) * hour, 150 * hour);
  for (const part of parts) faults.takeDown(part, length + oldest);
  if (!stopsPublication) faults.raise('crash after a step', 40, executed);
  if (stopsPublication && chance.happens(0.7)) await untilGivenUp(world, stream.oldestUnpublished);
  else await clock.sleep(length);
  if (faults.isOver()) return;
  for (const part of parts) faults.bringUp(part);
}

/** Waits until the oldest row is too old, and a little longer: from seconds to half an hour. */
async function untilGivenUp({ clock, chance }: World, oldestRow: () => number | undefined): Promise<void> {
  await clock.sleep(oldest - chance.between(0, 6 * hour));
  const end = (oldestRow() ?? clock.now() - oldest) + oldest + chance.between(2000, 30 * minute);
  await clock.sleep(Math.max(0, end - clock.now()));
}
