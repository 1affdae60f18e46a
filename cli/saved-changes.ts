import * as z from 'zod/mini';
import { detailType } from '../lambdas/payment/change.ts';
import { changeRow } from '../stories/change-row.ts';

const paymentView = z.object({
  changes: z.array(
    z.looseObject({
      stage: z.object({ from: z.string(), to: z.string() }),
      operation: z.optional(z.unknown()),
      attention: z.optional(z.unknown()),
    }),
  ),
});

/** The changes in an answer of GET /payments/{payment}, in the cells that stories and the terminal show. */
export const savedChanges = (body: unknown): string[][] =>
  paymentView.parse(body).changes.map((detail) => changeRow({ 'detail-type': detailType(detail), detail }));
