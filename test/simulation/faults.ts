import type { Chance } from './chance.ts';
import type { Story } from './story.ts';

/** Everything that goes wrong, by the name under which it is counted and told. */
export const faultKinds = [
  'callback lost',
  'callback delayed',
  'callback doubled',
  'callbacks reordered',
  'callback emptied',
  'callback attempt lost',
  'answer to a callback lost',
  'receiver down',
  'request of the merchant lost',
  'answer to the merchant lost',
  'DynamoDB throttles',
  'DynamoDB fails',
  'DynamoDB answer lost',
  'DynamoDB down',
  'write race',
  'index late',
  'secret unreadable',
  'crash before a step',
  'crash after a step',
  'function hangs',
  'event refused',
  'bus fails',
  'bus answer lost',
  'bus down',
  'stream record retried',
  'stream batch bisected',
  'outbox replayed',
  'wake-ups dropped',
  'Klarna answers 429',
  'Klarna answers 5xx',
  'Klarna times out',
  'Klarna answer lost',
  'Klarna down',
  'clock skew',
  'key rotated',
  'slow network',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What may be down for a while. */
export type Down = 'receiver down' | 'Klarna down' | 'DynamoDB down' | 'bus down';

export type Faults = {
  /** True when this goes wrong now. */
  strikes: (kind: FaultKind, about: string, payment?: string | undefined) => boolean;
  /** Counts what went wrong by itself, out of others. */
  happened: (kind: FaultKind, about: string, payment?: string | undefined) => void;
  /** From now on nobody answers there, for so many milliseconds. */
  takeDown: (what: Down, ms: number) => void;
  isDown: (what: Down) => boolean;
  isOver: () => boolean;
  stop: () => void;
  counts: Record<FaultKind, number>;
};

/** How often, of a hundred, in a run that has this fault. */
const usual: Partial<Record<FaultKind, number>> = {
  'callback lost': 20,
  'callback delayed': 15,
  'callback doubled': 15,
  'callbacks reordered': 15,
  'callback emptied': 10,
  'callback attempt lost': 10,
  'answer to a callback lost': 10,
  'request of the merchant lost': 5,
  'answer to the merchant lost': 10,
  'DynamoDB throttles': 4,
  'DynamoDB fails': 2,
  'DynamoDB answer lost': 3,
  'index late': 20,
  'secret unreadable': 15,
  'crash before a step': 0.6,
  'crash after a step': 0.6,
  'event refused': 10,
  'bus fails': 5,
  'bus answer lost': 5,
  'Klarna answers 429': 5,
  'Klarna answers 5xx': 5,
  'Klarna times out': 3,
  'Klarna answer lost': 5,
  'slow network': 2,
  'function hangs': 0.1,
};

/** The weather of a run: of every kind none, a little, the usual or a lot. */
export function faults({ now }: { now: () => number }, chance: Chance, story: Story): Faults {
  const shares = new Map(
    Object.entries(usual).map(([kind, share]) => [kind, (share / 100) * chance.pick([0, 0, 0.3, 1, 1, 2.5])]),
  );
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const until = new Map<Down, number>();
  let over = false;
  const happened: Faults['happened'] = (kind, about, payment) => {
    counts[kind] += 1;
    if (kind !== 'index late') story.tell('fault', `${kind}: ${about}`, payment);
  };
  return {
    strikes: (kind, about, payment) => {
      if (over || !chance.one(shares.get(kind) ?? 0)) return false;
      happened(kind, about, payment);
      return true;
    },
    happened,
    takeDown: (what, ms) => {
      happened(what, `for ${Math.round(ms / 1000)} s`);
      until.set(what, now() + ms);
    },
    isDown: (what) => now() < (until.get(what) ?? 0),
    isOver: () => over,
    stop: () => {
      over = true;
      until.clear();
    },
    counts,
  };
}
