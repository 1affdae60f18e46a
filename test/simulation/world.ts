import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { MemoryItemChange } from './aws/dynamodb.ts';
import { tableStream } from './aws/table-stream.ts';
import { seededChance } from './deterministic/chance.ts';
import { virtualClock } from './deterministic/clock.ts';
import { enterRun } from './deterministic/isolation.ts';
import type { RunContext } from './deterministic/run-context.ts';
import { type SimulatedFunctions, simulatedFunctions } from './relay/functions.ts';
import { type Gateway, gateway } from './relay/gateway.ts';
import { newSurroundings, type Surroundings } from './relay/surroundings.ts';
import { tables } from './relay/template-settings.ts';
import { saveHistory } from './save-history.ts';
import { schedule } from './schedule.ts';
import { type BrokenPromise, emptyTranscript } from './transcript.ts';
import { chanceFaults } from './trouble/faults.ts';

export const startOfRun = Date.UTC(2026, 10, 22, 10);

/** A relay with everything around it, made from a seed. In a `calm` world only requested faults occur. */
export function newWorld(seed: number, { calm = false }: { calm?: boolean } = {}) {
  const clock = virtualClock(startOfRun);
  const chance = seededChance(seed);
  enterRun({ clock, chance });
  const transcript = emptyTranscript(clock);
  const faults = chanceFaults(clock, chance, transcript);
  if (calm) faults.stop();
  const run: RunContext = { clock, chance, faults };

  let surroundings: Surroundings;
  let functions: SimulatedFunctions;
  const api: Gateway = gateway(run, {
    functions: () => functions,
    keepText: (text) => surroundings.keepText(text),
    payment: (id) => payments().find((each) => each.id === id),
  });
  const stream = tableStream(run, {
    outbox: (batch, payment) => functions.publishChanges(Object(batch), payment),
    due: (batch, payment) => functions.runDueTasks(Object(batch), payment),
  });
  const history = saveHistory(clock, {
    newestToken: () => surroundings.klarna.core.controls.authorizations().at(-1),
  });
  const onChange = (table: string, change: MemoryItemChange) => {
    if (table === tables.payments) history.add(change.after);
    stream.onChange(table, change);
  };
  surroundings = newSurroundings(run, { onChange, deliverCallback: api.deliverCallback });
  functions = simulatedFunctions(run, surroundings);

  const payments = () => surroundings.db.items(tables.payments).map((item) => unmarshall(item) as Payment);
  const { play, troubleEndedAt } = schedule(run, {
    dueTimes: () => surroundings.db.indexed(tables.payments).flatMap(({ dueAt }) => dueAt?.S ?? []),
    runDueTasks: () => void functions.runDueTasks({ scheduled: true }).catch(() => undefined),
    endTrouble: () => {
      faults.stop();
      surroundings.klarna.core.callbacks.misbehave(undefined);
    },
  });
  /** Promises that were broken in a way that leaves no trace at the end. */
  const broken: BrokenPromise[] = [];
  return { ...run, transcript, broken, surroundings, api, stream, payments, ...history, play, troubleEndedAt };
}

export type World = ReturnType<typeof newWorld>;
