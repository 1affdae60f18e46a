import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { statusUrl } from '../../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { StoryTarget } from '../../stories/story.ts';
import { savedChanges } from '../saved-changes.ts';

/** The result of a story at a deployment, whose published events cannot be read, and what it was compared with. */
type StoryCheck = { checked: 'changes' | 'stage'; problems: string[] };

type Expectation = {
  target: Pick<StoryTarget, 'url' | 'merchant'>;
  payment: string;
  documented: string[][];
  /** How long the deployment may take to read from Klarna what a callback requested. @default 20 s */
  timeoutMs?: number;
};

/** Compares the saved changes of a payment with the documented ones. */
export async function checkChanges({ target, payment, documented, timeoutMs }: Expectation): Promise<StoryCheck> {
  const expected = toTexts(documented);
  const problems = await problemsLeft(async () => {
    const response = await target.merchant('GET', `/payments/${payment}`);
    if (response.status !== 200 && response.status !== 404)
      return [`GET /payments/${payment} answers ${response.status}: do your credentials allow execute-api:Invoke?`];
    const saved = response.status === 404 ? [] : toTexts(savedChanges(await response.json()));
    return saved.join('\n') === expected.join('\n')
      ? []
      : [`saved: ${saved.join(' | ')}; expected: ${expected.join(' | ')}`];
  }, timeoutMs);
  return { checked: 'changes', problems };
}

const toTexts = (changes: string[][]): string[] => changes.map((cells) => cells.join(' '));

/** Compares the stage that the status URL shows; the callback key is enough for that. */
export async function checkStage({
  target,
  payment,
  documented,
  key,
  timeoutMs,
}: Expectation & { key: string }): Promise<StoryCheck> {
  const id = paymentId(payment);
  const expected = stageAfter(documented);
  const problems = await problemsLeft(async () => {
    if (!id) return [`${payment} is not a payment id`];
    const response = await fetch(statusUrl({ base: target.url, payment: id, key }));
    const body: unknown = await response.json().catch(() => ({}));
    if (response.status === 404 && expected === 'created') return [];
    const { stage } = z.catch(z.object({ stage: z.string() }), { stage: `answer ${response.status}` }).parse(body);
    return stage === expected ? [] : [`the status URL shows ${stage}, expected ${expected}`];
  }, timeoutMs);
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

/** Asks again until there is no problem or the time is over. */
async function problemsLeft(findProblems: () => Promise<string[]>, timeoutMs = 20_000): Promise<string[]> {
  const end = Date.now() + timeoutMs;
  let problems = await findProblems();
  while (problems.length > 0 && Date.now() < end) {
    await pause(500);
    problems = await findProblems();
  }
  return problems;
}
