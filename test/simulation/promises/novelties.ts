import type { BrokenPromise } from '../transcript.ts';
import { missingNovelty } from '../trouble/novelty.ts';
import type { World } from '../world.ts';

/** What a newer version saved survives the saves of this one, which does not know it. A restore may undo it. */
export function novelties(world: World): BrokenPromise[] {
  const payments = world.payments();
  return world.novelties.flatMap((novelty) => {
    const { payment: id } = novelty;
    const payment = payments.find((each) => each.id === id);
    if (!payment || world.lives.undone.has(id) || world.lives.back.has(id)) return [];
    const missing = missingNovelty(payment, novelty);
    const promise = 'what this version does not know is kept';
    return missing ? [{ promise, payment: id, text: `${missing} of ${id} was dropped` }] : [];
  });
}
