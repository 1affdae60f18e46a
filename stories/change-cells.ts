import * as z from 'zod/mini';
import type { BusEvent } from '../local/cloud/bus.ts';

const changeDetail = z.object({
  paymentId: z.string(),
  sequence: z.number(),
  pspStatus: z.string(),
  state: z.string(),
  code: z.string(),
  final: z.boolean(),
  stage: z.object({ from: z.string(), to: z.string() }),
  operation: z.optional(z.object({ kind: z.string() })),
  attention: z.optional(z.object({ reason: z.string() })),
});

/** A published change: its type, number, status, normalised status, and the stage it stayed in or moved along. */
export function changeCells(event: Pick<BusEvent, 'detail-type' | 'detail'>): string[] {
  const { sequence, pspStatus, state, code, final, stage, operation, attention } = changeDetail.parse(event.detail);
  const stages = stage.from === stage.to ? stage.to : `${stage.from} → ${stage.to}`;
  const where = [operation?.kind, attention?.reason, stages].filter(Boolean).join(', ');
  return [event['detail-type'], `#${sequence}`, pspStatus, `${state}/${code}`, `${where}${final ? ', final' : ''}`];
}

export const paymentOf = ({ detail }: BusEvent): string => changeDetail.parse(detail).paymentId;
