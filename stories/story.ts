import type { CallbackKind } from '../lambdas/klarna/inbound/callback-url.ts';
import type { BusEvent } from '../local/cloud/bus.ts';

/** A scene out of a shop's life: what everybody does in order, and the changes that subscribers hear of it, no others. */
export type Story = {
  name: string;
  /** One sentence. */
  tells: string;
  /** `nothing` but a relay; `klarna`: the emulated Klarna of a local run; `clock`: that run's clock is moved as well. */
  needs: 'nothing' | 'klarna' | 'clock';
  scenes: Scene[];
};

/** One step: somebody does something and is answered. */
export type Scene = {
  who: 'Klarna' | 'merchant' | 'shopper' | 'stranger' | 'time';
  tells: string;
  /** Gives the HTTP status; where several requests are sent, the highest. */
  does: (stage: Stage) => Promise<number>;
  answer: number;
  /** The changes that come of it, as `changeCells` writes them. */
  publishes: string[][];
};

/** What the scenes of a story share: where it plays, and what the scenes before learned. */
export type Stage = {
  target: Target;
  began: Date;
  /** Klarna's session in callbacks that are told by hand. */
  session: string;
  /** The payments of the story, the one that it is about at the moment last. */
  payments: string[];
  /** The hosted session at the emulated Klarna. */
  hpp: string;
  customerToken: string;
};

/** A relay that stories are played to. */
export type Target = {
  url: string;
  mint: (kind: CallbackKind, payment: string) => Promise<string>;
  /** Asks a route of the merchant; `key` is the Idempotency-Key. */
  merchant: (method: string, path: string, asked?: { body?: object; key?: string }) => Promise<Response>;
  /** What only a local run has. */
  local?: LocalDoors;
};

export type LocalDoors = {
  klarnaUrl: string;
  now: () => Promise<Date>;
  /** Moves the clock on by milliseconds; all has settled then. */
  forward: (ms: number) => Promise<void>;
  settled: () => Promise<void>;
  /** All published events, oldest first. */
  events: () => Promise<BusEvent[]>;
  /** Calls back for every event so far and from now on, until the signal comes; resolves once it listens. */
  follow: (listener: (event: BusEvent) => void, signal: AbortSignal) => Promise<void>;
  /** The same, but resolves when the signal came; rejects when the run ends. */
  listen: (listener: (event: BusEvent) => void, signal: AbortSignal) => Promise<void>;
};

/** The payment that the story is about at the moment. */
export const paymentOn = ({ payments }: Stage): string => payments.at(-1) ?? '';

/** The doors of a local run. @throws when the story needs one and its target is none */
export function localOf({ target }: Stage): LocalDoors {
  if (!target.local) throw new Error('this needs a local run: klarna-relay start');
  return target.local;
}
