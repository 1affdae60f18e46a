import type { BusEvent } from '../stories/bus-event.ts';
import type { OnAwsCall } from './cloud/cloud.ts';
import type { Engine } from './cloud/dynamodb/engine.ts';
import type { StreamRecord } from './cloud/dynamodb/records.ts';
import type { DiscardedBatch } from './cloud/queues.ts';
import type { ApiAnswer } from './gateway/api.ts';

export type RelayOptions = {
  /** @default a free port */
  port?: number;
  /** The folder that keeps items, events and keys. @default they are gone at the end of the run */
  dataDir?: string | undefined;
  /** Starts the database. @default dynalite in this process */
  engine?: () => Promise<Engine>;
  /** @default synthesised from cdk/ */
  template?: unknown;
  /** Another Klarna than the emulated one. @default KLARNA_API_URL of the environment, or the emulated one */
  klarnaUrl?: string | undefined;
  /** The length of the emulated Klarna's pauses, as a part of their real length. @default 1 */
  pace?: number;
  onAwsCall?: OnAwsCall;
  /** Called with everything that the relay writes and answers, as it happens. */
  watch?: (observation: Observation) => void;
};

/** `log` is output of the functions, in chunks as it comes. */
export type Observation =
  | { log: string }
  | { record: StreamRecord }
  | { event: BusEvent }
  | { answer: ApiAnswer }
  | { discardedBatch: DiscardedBatch };
