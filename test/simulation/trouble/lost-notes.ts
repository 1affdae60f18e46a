import { tables } from '../relay/template-settings.ts';
import type { World } from '../world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The publisher's notes of what the bus has accepted cannot be written for up to a day, or are lost. */
export async function loseNotes({ clock, chance, faults, surroundings }: World): Promise<void> {
  if (!chance.happens(0.06)) return;
  await clock.sleep(chance.between(minute, hour));
  if (faults.isOver()) return;
  if (chance.happens(0.5)) {
    const length = chance.happens(0.3) ? 24 * hour : chance.between(minute, 2 * hour);
    return faults.takeDown('notes down', length);
  }
  for (const note of surroundings.db.items(tables.progress)) {
    faults.note('note lost', 'before its time', note.id?.S?.replace('acknowledged/', ''));
    surroundings.db.expire(tables.progress, note);
  }
}
