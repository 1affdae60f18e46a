import type { Tone } from './entry.ts';
import type { FunctionLog } from './function-log.ts';

type Explanation = { tone: Tone; why: string };

const outcomes: Record<string, Explanation> = {
  advanced: {
    tone: 'good',
    why: 'The secret in its URL proves its origin, and it brought news: stored and published.',
  },
  noted: {
    tone: 'plain',
    why: 'The secret in its URL proves its origin. It is stored but changes nothing by itself: Klarna is read first.',
  },
  duplicate: { tone: 'warn', why: 'It says nothing new. Nothing was stored, and nothing is published twice.' },
  late: {
    tone: 'warn',
    why: 'It is older than what is known. Its ids are kept; the stage does not move back, and nothing is published.',
  },
  conflict: {
    tone: 'bad',
    why: 'It contradicts what is known. It is kept as a conflict and raises an alarm, but it is not applied.',
  },
  unpublished: {
    tone: 'warn',
    why: 'The status has changed so many times that this change is stored but no longer published.',
  },
};

const bodyProblems: Record<string, string> = {
  empty: ' It had no body, so the payment is read from Klarna.',
  unreadable: ' Its body could not be read, so the payment is read from Klarna.',
  unknown_word: ' Its status is not in the status table, so the payment is read from Klarna as well.',
};

/** Explains the outcome of a callback in a sentence or two. `known` is the session's status before it. */
export function explainCallback(status: number, log: FunctionLog | undefined, known: string | undefined): Explanation {
  if (status === 401)
    return {
      tone: 'bad',
      why: 'The secret in its URL is wrong, so it is not from Klarna. Nothing was read or stored.',
    };
  if (status >= 500)
    return {
      tone: 'bad',
      why: 'No answer in time. Klarna sends it again within seconds, and a due task reads the payment from Klarna.',
    };
  if (status >= 400)
    return { tone: 'bad', why: `Refused: ${log?.reason ?? 'not a callback of the relay'}. Nothing was stored.` };
  const { tone, why } = outcomes[log?.outcome ?? ''] ?? { tone: 'plain', why: 'Accepted.' };
  const older = log?.outcome === 'late' && log.word && known ? ` It says ${log.word}; the session is ${known}.` : '';
  return { tone, why: `${why}${older}${bodyProblems[log?.understood ?? ''] ?? ''}` };
}
