import { paymentId } from '../lambdas/payment/payment-id.ts';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { statusUrl } from '../lambdas/klarna/inbound/callback-url.ts';
import { changeCells } from '../stories/change-cells.ts';
import type { Target } from '../stories/story.ts';

/** How far a story could be checked where its events cannot be seen. */
export type Checked = { checked: 'changes' | 'stage'; problems: string[] };

type Asked = {
  target: Pick<Target, 'url' | 'merchant'>;
  payment: string;
  documented: string[][];
  /** Milliseconds that it may take to read from Klarna what a callback asked it to look at. @default 20 s */
  patience?: number;
};

/** Compares the changes that a deployment keeps for a payment with the documented ones. */
export async function checkChanges({ target, payment, documented, patience }: Asked): Promise<Checked> {
  const expected = documented.map((cells) => cells.join(' '));
  const problems = await atLast(patience, async () => {
    const response = await target.merchant('GET', `/payments/${payment}`);
    if (response.status !== 200 && response.status !== 404)
      return [`GET /payments/${payment} answers ${response.status}: may these credentials execute-api:Invoke?`];
    const kept = response.status === 404 ? [] : keptChanges(await response.json());
    return kept.join('\n') === expected.join('\n')
      ? []
      : [`kept: ${kept.join(' | ')}; expected: ${expected.join(' | ')}`];
  });
  return { checked: 'changes', problems };
}

/** Compares the stage that the status URL shows, which the callback key opens too. */
export async function checkStage({
  target,
  payment,
  documented,
  key,
  patience,
}: Asked & { key: string }): Promise<Checked> {
  const id = paymentId(payment);
  const expected = stageAfter(documented);
  const problems = await atLast(patience, async () => {
    if (!id) return [`${payment} is no payment id`];
    const response = await fetch(statusUrl({ base: target.url, payment: id, key }));
    const body: unknown = await response.json().catch(() => ({}));
    if (response.status === 404 && expected === 'created') return [];
    const { stage } = z.catch(z.object({ stage: z.string() }), { stage: `answer ${response.status}` }).parse(body);
    return stage === expected ? [] : [`the status URL shows ${stage}, expected ${expected}`];
  });
  return { checked: 'stage', problems };
}

/** The stage in which these changes leave a payment. */
const stageAfter = (documented: string[][]): string =>
  documented
    .at(-1)
    ?.at(-1)
    ?.replace(', final', '')
    .split(/ → |, /)
    .at(-1) ?? 'created';

async function atLast(patience: number | undefined, problems: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + (patience ?? 20_000);
  let found = await problems();
  while (found.length > 0 && Date.now() < end) {
    await pause(500);
    found = await problems();
  }
  return found;
}

const view = z.object({
  changes: z.array(
    z.looseObject({ stage: z.object({ from: z.string(), to: z.string() }), operation: z.optional(z.unknown()) }),
  ),
});

/** The changes in an answer of GET /payments/{payment}, one line each. */
export function keptChanges(body: unknown): string[] {
  return view.parse(body).changes.map((detail) => {
    const moved = detail.stage.from === detail.stage.to ? 'Payment Status Changed' : 'Payment Stage Changed';
    return changeCells({ 'detail-type': detail.operation ? 'Payment Operation Finished' : moved, detail }).join(' ');
  });
}
