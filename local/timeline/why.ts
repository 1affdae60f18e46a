/** What the relay's log tells of one callback (lambdas/handlers/receive-callback.ts, http.ts). */
export type Verdict = {
  outcome?: string | undefined;
  understood?: string | undefined;
  word?: string | undefined;
  sequence?: number | undefined;
  reason?: string | undefined;
};

type Explained = { tone: 'plain' | 'good' | 'warn' | 'bad'; why: string };

const outcomes: Record<string, Explained> = {
  advanced: { tone: 'good', why: 'Proven by the secret in its URL, and news: it was written and published.' },
  noted: { tone: 'plain', why: 'Proven and kept. It moves nothing by itself; Klarna is read before anything changes.' },
  duplicate: {
    tone: 'warn',
    why: 'It tells nothing that is not known already. Nothing was written, nothing is published twice.',
  },
  late: {
    tone: 'warn',
    why: 'It trails what is held: its facts are kept, nothing moves back and nothing is published.',
  },
  conflict: {
    tone: 'bad',
    why: 'It cannot be true together with what is held: kept apart, alarmed, never applied. Klarna is asked.',
  },
  unpublished: {
    tone: 'warn',
    why: 'The shopper went to and fro so often that this word is kept, but no longer published.',
  },
};

const bodies: Record<string, string> = {
  empty: ' It came without a body: what happened is read from Klarna.',
  unreadable: ' Its body could not be read: what happened is read from Klarna.',
  unknown_word: ' Its word is in no table: published as it came, and Klarna is read.',
};

/** Why a callback ended as it did, in a sentence. `held` is the session's word before it came. */
export function whyOf(status: number, verdict: Verdict | undefined, held: string | undefined): Explained {
  if (status === 401)
    return {
      tone: 'bad',
      why: 'The secret in its URL is wrong: not from Klarna. Nothing was read, written or parsed.',
    };
  if (status >= 500)
    return {
      tone: 'bad',
      why: 'No answer in time: Klarna tries again within seconds, and duty reads what it would have told.',
    };
  if (status >= 400)
    return { tone: 'bad', why: `Refused: ${verdict?.reason ?? 'no callback of ours'}. Nothing was written.` };
  const { tone, why } = outcomes[verdict?.outcome ?? ''] ?? { tone: 'plain', why: 'Taken.' };
  const trails =
    verdict?.outcome === 'late' && verdict.word && held ? ` It says ${verdict.word}, the payment is at ${held}.` : '';
  return { tone, why: `${why}${trails}${bodies[verdict?.understood ?? ''] ?? ''}` };
}
