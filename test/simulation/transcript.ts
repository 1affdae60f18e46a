/** Everything that happened in a run, for a person to read. */
export type Transcript = {
  /** `payment` is absent where the entry concerns no single payment. */
  add: (actor: Actor, text: string, payment?: string | undefined) => void;
  entries: () => readonly TranscriptEntry[];
};
type Actor = 'shopper' | 'merchant' | 'Klarna' | 'fault' | 'relay';
export type TranscriptEntry = { at: number; actor: Actor; text: string; payment?: string | undefined };

export function emptyTranscript({ now }: { now: () => number }): Transcript {
  const entries: TranscriptEntry[] = [];
  return {
    add: (actor, text, payment) => entries.push({ at: now(), actor, text, payment }),
    entries: () => entries,
  };
}

/** A promise of the relay that a run broke, and how. */
export type BrokenPromise = { promise: string; text: string; payment?: string | undefined };

/** The entries of the payments with broken promises, then the broken promises. Times count from the start of the run. */
export function formatRun({
  seed,
  start,
  entries,
  broken,
}: {
  seed: number;
  start: number;
  entries: readonly TranscriptEntry[];
  broken: BrokenPromise[];
}) {
  const concerned = new Set(broken.flatMap(({ payment }) => payment ?? []));
  const isShown = ({ payment, text }: TranscriptEntry) =>
    payment ? concerned.size === 0 || concerned.has(payment) : affectsAll.test(text);
  const short = shortenNames(entries);
  return [
    `seed ${seed}`,
    ...entries
      .filter(isShown)
      .map(({ at, actor, text }) => `  ${formatTime(at - start)}  ${actor.padEnd(8)}  ${short(text)}`),
    ...broken.map(({ promise, text }) => `  broken: ${promise}: ${short(text)}`),
  ].join('\n');
}

/** Faults that affected every payment. Other faults without a payment are left out. */
const affectsAll =
  /^(\w+( tasks)? down|key rotated|clock skew|outbox replayed|wake-ups dropped|row given up|restored|clocks differ|changes replayed|subscriber|fields absent|references differ|callbacks of a kind lost|endpoint down)/;

/** Payments appear as P1, P2 … in the text. */
function shortenNames(entries: readonly TranscriptEntry[]) {
  const names = [...new Set(entries.flatMap(({ payment }) => payment ?? []))];
  return (text: string) => names.reduce((short, name, at) => short.replaceAll(name, `P${at + 1}`), text);
}

function formatTime(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const time = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days > 0 ? `${days}d ${time}` : time;
}
