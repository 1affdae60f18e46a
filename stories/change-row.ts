import * as z from 'zod/mini';
import type { BusEvent } from './bus-event.ts';

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

/** A published change in five cells: detail type, sequence, status, state/code, and kind, reason and stages. */
export type ChangeRow = string[];

export function changeRow(event: Pick<BusEvent, 'detail-type' | 'detail'>): ChangeRow {
  const { sequence, pspStatus, state, code, final, stage, operation, attention } = changeDetail.parse(event.detail);
  const stages = stage.from === stage.to ? stage.to : `${stage.from} → ${stage.to}`;
  const last = [operation?.kind, attention?.reason, stages, final && 'final'].filter(Boolean).join(', ');
  return [event['detail-type'], `#${sequence}`, pspStatus, `${state}/${code}`, last];
}

export const changedPayment = ({ detail }: BusEvent): string => changeDetail.parse(detail).paymentId;
