import type { KlarnaRoute } from '../api/routes.ts';
import { type EmulatorState, hours, type KlarnaAnswer } from '../state.ts';
import { answerOrError } from './error-answers.ts';

/** Repeats the first answer to a key of the last 24 hours, be it a success or a refusal. A 5xx is not kept. */
export function answerOnce(
  state: EmulatorState,
  { name, keyed }: KlarnaRoute,
  { key, answer }: { key: string | undefined; answer: () => KlarnaAnswer },
): KlarnaAnswer {
  if (!keyed || !key) return answer();
  const first = state.firstAnswers.get(`${name} ${key}`);
  if (first && state.now().getTime() - first.at < 24 * hours) return first.answer;
  const given = answerOrError(answer);
  if (given.status < 500) state.firstAnswers.set(`${name} ${key}`, { at: state.now().getTime(), answer: given });
  return given;
}
