import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { OutgoingCallback } from '../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { MemoryItemChange } from './aws/dynamodb.ts';
import { savedTable } from './aws/point-in-time.ts';
import { tableStream } from './aws/table-stream.ts';
import { timeToLive } from './aws/time-to-live.ts';
import { subscribers } from './consumer/operators.ts';
import { seededChance } from './deterministic/chance.ts';
import { virtualClock } from './deterministic/clock.ts';
import { enterRun } from './deterministic/isolation.ts';
import type { RunContext } from './deterministic/run-context.ts';
import { paymentLives } from './payment-lives.ts';
import { type SimulatedFunctions, simulatedFunctions } from './relay/functions.ts';
import { type Gateway, gateway } from './relay/gateway.ts';
import { newSurroundings, type Surroundings } from './relay/surroundings.ts';
import { tables } from './relay/template-settings.ts';
import { saveHistory } from './save-history.ts';
import { schedule } from './schedule.ts';
import { type BrokenPromise, emptyTranscript } from './transcript.ts';
import { chanceFaults } from './trouble/faults.ts';
import type { Novelty } from './trouble/novelty.ts';
import { troublePlan } from './trouble/trouble-plan.ts';

export const startOfRun = Date.UTC(2026, 10, 22, 10);

/** What incidents found out, for the promises to judge. */
type Evidence = {
  novelties: Novelty[];
  /** Callbacks that were not accepted in their first two attempts, and the answers to them. */
  unanswered: { callback: OutgoingCallback; statuses: (number | 'none')[] }[];
  /** The answers to large baskets. */
  refusals: { payment: string; statuses: (number | 'none')[] }[];
};

/** A relay with everything around it, made from a seed. In a `calm` world only requested faults occur. */
export function newWorld(seed: number, { calm = false }: { calm?: boolean } = {}) {
  const clock = virtualClock(startOfRun);
  const chance = seededChance(seed);
  enterRun({ clock, chance });
  const transcript = emptyTranscript(clock);
  const faults = chanceFaults({ clock, chance, transcript, calm });
  const plan = troublePlan(chance, calm);
  if (plan.clockOffset > 0) faults.note('clocks differ', `by ${plan.clockOffset} ms at most`);
  const run: RunContext = { clock, chance, faults, plan, processes: new Set() };
  const afterTrouble: (() => void)[] = [];
  const excused = new Set<string>();
  const evidence: Evidence = { novelties: [], unanswered: [], refusals: [] };

  let surroundings: Surroundings;
  let functions: SimulatedFunctions;
  const api: Gateway = gateway(run, {
    functions: () => functions,
    keepText: (text) => surroundings.keepText(text),
    payment: (id) => payments().find((each) => each.id === id),
  });
  const letters: object[] = [];
  const stream = tableStream(run, {
    outbox: (batch, payment) => functions.publishChanges(Object(batch), payment),
    due: (batch, payment) => functions.runDueTasks(Object(batch), payment),
    onDiscard: (letter) => {
      letters.push(letter);
      operated.onLetter();
    },
  });
  const history = saveHistory(clock, {
    newestToken: () => surroundings.klarna.core.controls.authorizations().at(-1),
  });
  const lives = paymentLives();
  const saved = savedTable(run);
  const onChange = (table: string, change: MemoryItemChange) => {
    if (table === tables.payments) {
      history.add(change.after);
      lives.onChange(change);
      saved.add((change.after ?? change.before)?.id?.S ?? '', change.after);
    }
    stream.onChange(table, change);
  };
  surroundings = newSurroundings(run, { onChange, deliverCallback: api.deliverCallback });
  functions = simulatedFunctions(run, surroundings);

  const expireItems = timeToLive(run, surroundings.db);
  const operated = subscribers({ ...run, surroundings, letters, lives, startedAt: startOfRun }, calm);
  const payments = () => surroundings.db.items(tables.payments).map((item) => unmarshall(item) as Payment);
  const { play, troubleEndedAt } = schedule(run, {
    dueTimes: () => surroundings.db.indexed(tables.payments).flatMap(({ dueAt }) => dueAt?.S ?? []),
    runDueTasks: () => void functions.runDueTasks({ scheduled: true }).catch(() => undefined),
    expireItems,
    endTrouble: () => {
      faults.stop();
      surroundings.klarna.core.callbacks.misbehave(undefined);
      for (const act of afterTrouble) act();
    },
  });
  /** Promises that were broken in a way that leaves no trace at the end. */
  const broken: BrokenPromise[] = [];
  return {
    ...run,
    transcript,
    broken,
    surroundings,
    functions,
    api,
    stream,
    payments,
    lives,
    saved,
    /** Payments whose end Klarna does not determine alone; promises about deleted and undone payments are void as well. */
    excused,
    ...evidence,
    isExcused: (payment: string) => [excused, lives.undone, lives.deleted].some((each) => each.has(payment)),
    /** Ends all processes, as a deployment does. */
    replaceProcesses: () => {
      for (const end of [...run.processes]) end();
    },
    ...history,
    expireItems,
    /** Lambda's messages about discarded rows. */
    letters,
    subscribers: operated,
    startedAt: startOfRun,
    /** Acts when the trouble ends. */
    afterTrouble,
    play,
    troubleEndedAt,
  };
}

export type World = ReturnType<typeof newWorld>;
