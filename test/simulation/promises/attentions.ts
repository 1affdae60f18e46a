import * as z from 'zod';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

const entry = z.looseObject({
  message: z.literal('attention needed'),
  payment: z.string(),
  sequence: z.number(),
  reason: z.string(),
});

/** Each warning is logged and counted once, so that its alarm rings once. A function that dies may leave it out. */
export function attentions({ lives, surroundings, faults }: World): BrokenPromise[] {
  const logged = Map.groupBy(surroundings.texts.flatMap(entryIn), ({ payment, sequence }) => `${payment}.${sequence}`);
  const mayBeMissing = (['crash before a step', 'crash after a step', 'function hangs', 'restored'] as const).some(
    (kind) => faults.counts[kind] > 0,
  );
  return lives.lives().flatMap(({ id, payment, endedBy }) => {
    if (endedBy === 'restore' || lives.undone.has(id) || lives.back.has(id)) return [];
    return payment.changes
      .filter(({ attention }) => attention)
      .flatMap(({ sequence, attention }) => {
        const times = logged.get(`${id}.${sequence}`)?.length ?? 0;
        if (times === 1 || (times === 0 && mayBeMissing)) return [];
        const text = `${attention?.reason} of ${id} was logged and counted ${times} times`;
        return [{ promise: 'each warning is counted once', text, payment: id }];
      });
  });
}

function entryIn(text: string): z.infer<typeof entry>[] {
  if (!text.includes('"attention needed"')) return [];
  const parsed = entry.safeParse(JSON.parse(text));
  if (!parsed.success) return [];
  return hasMetric(parsed.data) ? [parsed.data] : [];
}

/** CloudWatch counts an entry by the metrics that it declares. */
const hasMetric = ({ _aws }: Record<string, unknown>) => JSON.stringify(_aws ?? {}).includes('"Metrics":[{');
