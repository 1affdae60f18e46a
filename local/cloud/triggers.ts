import { setTimeout as pause } from 'node:timers/promises';
import type { Folder } from '../folder.ts';
import type { Cloud, OnStop } from './cloud.ts';
import type { TemplateDeployment } from './deployment.ts';
import type { StreamRecord } from './dynamodb/records.ts';
import { startStreams } from './dynamodb/streams.ts';
import type { DiscardedBatch } from './queues.ts';
import type { FindRunning } from './running-functions.ts';
import { startSchedules } from './schedule.ts';

/** Everything that calls functions without an HTTP request: the table's streams and the schedules. */
type Triggers = {
  /** Resolves when every change so far is delivered or discarded. */
  drained: () => Promise<void>;
  /** Runs every schedule now. */
  fireSchedules: () => Promise<void>;
};

/** How long a stop waits for a delivery in progress, in milliseconds. */
const longestStop = 3000;

/** Connects the template's streams and schedules to their functions. */
export async function startTriggers(options: {
  deployment: TemplateDeployment;
  findRunning: FindRunning;
  folder: Folder | undefined;
  cloud: Cloud;
  onRecord: (record: StreamRecord) => void;
  onDiscard: (batch: DiscardedBatch) => void;
  onStop: OnStop;
}): Promise<Triggers> {
  const { deployment, findRunning, folder, cloud, onRecord, onStop } = options;
  const streams = await startStreams({
    connections: deployment.mappings.map((mapping) => ({ mapping, invoke: findRunning(mapping.function).invoke })),
    folder,
    cloud,
    onRecord,
    onDiscard: (batch) => {
      folder?.append('discarded.jsonl', batch);
      cloud.queues.add(batch);
      options.onDiscard(batch);
    },
  });
  onStop(() => Promise.race([streams.stop(), pause(longestStop, undefined, { ref: false })]));
  const schedules = startSchedules({
    schedules: deployment.schedules,
    invoke: ({ function: lambda, input }) => findRunning(lambda).invoke(input),
  });
  onStop(schedules.stop);
  return { drained: streams.drained, fireSchedules: schedules.fire };
}
