import type { Chance } from '../deterministic/chance.ts';
import type { Transcript } from '../transcript.ts';
import { awsRates } from './aws-fault-kinds.ts';
import { type FaultKind, faultKinds, type Outage, usualRates } from './fault-kinds.ts';
import { klarnaRates, klarnaShare } from './klarna-fault-kinds.ts';

/** `about` names the step that goes wrong, `payment` the payment that it concerns, if it concerns a single one. */
export type Faults = {
  /** True when this goes wrong now. */
  strikes: (kind: FaultKind, about: string, payment?: string | undefined) => boolean;
  /** Counts a fault that followed from others. */
  note: (kind: FaultKind, about: string, payment?: string | undefined) => void;
  /** From now on, for this many milliseconds, the part does not answer. */
  takeDown: (part: Outage, ms: number) => void;
  bringUp: (part: Outage) => void;
  /** From now on this goes wrong in so many of a hundred chances at steps with such a name. */
  raise: (kind: FaultKind, rate: number, steps: RegExp) => void;
  /** True when the part was down at that moment. */
  wasDown: (part: Outage, moment: number) => boolean;
  isDown: (part: Outage) => boolean;
  isOver: () => boolean;
  /** Ends all faults and outages, for the rest of the run. */
  stop: () => void;
  counts: Record<FaultKind, number>;
};

/** So frequent and harmless that they are counted only. */
const unwritten = new Set<FaultKind>([
  'index late',
  'event delivered twice',
  'event delivered late',
  'message redelivered',
]);

/** AWS promises no better: these never end. */
const lasting = new Set(Object.keys(awsRates));

type Options = { clock: { now: () => number }; chance: Chance; transcript: Transcript; calm: boolean };

/**
 * The faults of one run. Each kind is absent, rare, as frequent as usual, or more frequent; most of
 * Klarna's are absent, and in a `calm` run all are. */
export function chanceFaults({ clock: { now }, chance, transcript, calm }: Options): Faults {
  const rates = new Map(
    calm
      ? []
      : [
          ...Object.entries(usualRates).map(
            ([kind, rate]) => [kind, (rate / 100) * chance.pick([0, 0, 0.3, 1, 1, 2.5])] as const,
          ),
          ...Object.entries(klarnaRates).map(
            ([kind, rate]) => [kind, chance.happens(klarnaShare(kind)) ? rate / 100 : 0] as const,
          ),
        ],
  );
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const raised: { kind: FaultKind; rate: number; steps: RegExp }[] = [];
  const rateOf = (kind: FaultKind, about: string) =>
    raised.find((each) => each.kind === kind && each.steps.test(about))?.rate ?? rates.get(kind) ?? 0;
  const outages: { part: Outage; from: number; until: number }[] = [];
  const downUntil = new Map<Outage, number>();
  let over = calm;
  const note: Faults['note'] = (kind, about, payment) => {
    counts[kind] += 1;
    if (!unwritten.has(kind)) transcript.add('fault', `${kind}: ${about}`, payment);
  };
  return {
    strikes: (kind, about, payment) => {
      if ((over && !lasting.has(kind)) || !chance.happens(rateOf(kind, about))) return false;
      note(kind, about, payment);
      return true;
    },
    note,
    takeDown: (part, ms) => {
      note(part, `for ${Math.round(ms / 1000)} s`);
      downUntil.set(part, now() + ms);
      outages.push({ part, from: now(), until: now() + ms });
    },
    bringUp: (part) => {
      downUntil.delete(part);
      for (const each of outages) if (each.part === part) each.until = Math.min(each.until, now());
    },
    raise: (kind, rate, steps) => void raised.push({ kind, rate: rate / 100, steps }),
    wasDown: (part, moment) => outages.some((each) => each.part === part && each.from <= moment && moment < each.until),
    isDown: (part) => now() < (downUntil.get(part) ?? 0),
    isOver: () => over,
    stop: () => {
      over = true;
      downUntil.clear();
    },
    counts,
  };
}
