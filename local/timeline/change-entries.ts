import * as z from 'zod/mini';
import type { BusEvent } from '../../stories/bus-event.ts';
import { changedPayment } from '../../stories/change-row.ts';
import type { Timeline } from './entries.ts';

const change = z.object({
  sequence: z.number(),
  pspStatus: z.string(),
  state: z.string(),
  code: z.string(),
  stage: z.object({ from: z.string(), to: z.string() }),
  observedVia: z.string(),
  operation: z.optional(z.object({ kind: z.string() })),
  attention: z.optional(z.object({ reason: z.string() })),
});

/** Adds a published change. Events of other shapes are skipped: any event may be put on the bus. */
export function addChange(timeline: Timeline, event: BusEvent): void {
  const parsed = change.safeParse(event.detail);
  if (!parsed.success) return;
  const { sequence, pspStatus, state, code, stage, observedVia, operation, attention } = parsed.data;
  const move = stage.from === stage.to ? '' : ` → ${stage.to}`;
  const isRead = observedVia.endsWith('_read');
  timeline.add({
    payment: changedPayment(event),
    from: 'table',
    to: 'bus',
    title: `#${sequence} ${operation?.kind ?? attention?.reason ?? pspStatus}${move}`,
    result: operation ? pspStatus : state,
    tone: state === 'ERROR' || attention ? 'warn' : 'good',
    why: `${event['detail-type']}, ${state}/${code}. ${isRead ? readBack : explainSource(observedVia)}`,
    showsWhy: isRead,
    detail: event.detail,
  });
}

const readBack = 'Read from Klarna: no callback reported it, or only one that is not trusted for this.';
const sources: Record<string, string> = {
  operation: "Klarna's answer to a request of the relay.",
  clock: 'Raised by the clock: something is overdue.',
};
const explainSource = (via: string) => sources[via] ?? `Reported by the callback ${via}.`;
