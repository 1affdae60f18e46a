import type { CallbackKind } from '../lambdas/klarna/inbound/callback-url.ts';
import type { BusEvent } from './bus-event.ts';
import type { ChangeRow } from './change-row.ts';

/** A payment from a shop's life: what happens, in order, and exactly the changes that subscribers receive. */
export type Story = {
  name: string;
  /** One sentence of at most 52 characters: `trigger --list` prints it after the name, within 80 columns. */
  summary: string;
  /** `nothing` but a relay; `klarna`: the emulated Klarna of a local run; `clock`: the run's clock, moved forward. */
  needs: 'nothing' | 'klarna' | 'clock';
  scenes: Scene[];
};

/** One step of a story: one side acts and gets an answer. */
export type Scene = {
  actor: 'Klarna' | 'merchant' | 'shopper' | 'stranger' | 'time';
  /** Completes a sentence that begins with the actor, in at most 52 characters. */
  action: string;
  /** Gives the HTTP status; of several requests, the highest. */
  act: (run: StoryRun) => Promise<number>;
  /** The expected status. */
  answer: number;
  /** The changes that follow. */
  publishes: ChangeRow[];
};

/** The state that the scenes of one story share while it is played. */
export type StoryRun = {
  target: StoryTarget;
  startedAt: Date;
  /** The session id in callbacks that the story sends itself. */
  session: string;
  /** The payments of the story; scenes act on the last one. */
  payments: string[];
  /** The hosted session at the emulated Klarna. */
  hostedSession: string;
  customerToken: string;
};

/** A relay against which stories are played. */
export type StoryTarget = {
  url: string;
  mint: (kind: CallbackKind, payment: string) => Promise<string>;
  /** Sends a request to one of the merchant routes; `key` is the Idempotency-Key. */
  merchant: (method: string, path: string, content?: { body?: object; key?: string }) => Promise<Response>;
  /** Present only where the target is a local run. */
  local?: LocalControls;
};

/** The controls of a local run. */
export type LocalControls = {
  klarnaUrl: string;
  now: () => Promise<Date>;
  /** Moves the clock forward by milliseconds and waits until the run is idle. */
  forward: (ms: number) => Promise<void>;
  /** Resolves when no work is left. */
  idle: () => Promise<void>;
  /** All published events, oldest first. */
  events: () => Promise<BusEvent[]>;
  /** Calls `listener` for every event so far and to come, until the signal; resolves once it listens. */
  follow: (listener: (event: BusEvent) => void, signal: AbortSignal) => Promise<void>;
  /** Like `follow`, but resolves at the signal, and rejects if the run ends before. */
  listen: (listener: (event: BusEvent) => void, signal: AbortSignal) => Promise<void>;
};

export const currentPayment = ({ payments }: StoryRun): string => payments.at(-1) ?? '';

/** @throws where the target is not a local run */
export function localControls({ target }: StoryRun): LocalControls {
  if (!target.local) throw new Error('this needs a local run: klarna-relay start');
  return target.local;
}

const storyThatNeeds =
  (needs: Story['needs']) =>
  (name: string, summary: string, ...scenes: Scene[]): Story => ({ name, summary, needs, scenes });

/** A story that can be played to any relay. */
export const storyForAnyRelay = storyThatNeeds('nothing');
/** A story that needs the emulated Klarna of a local run. */
export const storyWithKlarna = storyThatNeeds('klarna');
/** A story that moves the clock of a local run. */
export const storyWithClock = storyThatNeeds('clock');
