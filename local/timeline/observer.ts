import type { EmulatorLogEntry } from '../../emulator/log.ts';
import type { BusEvent } from '../../stories/bus-event.ts';
import type { StreamRecord } from '../cloud/dynamodb/records.ts';
import type { ApiAnswer, ApiRequest } from '../gateway/api.ts';
import { addCallback, addLostCallback } from './callback-entries.ts';
import { addChange } from './change-entries.ts';
import type { Timeline } from './entries.ts';
import { type FunctionLog, readLog } from './function-log.ts';
import { paymentIn } from './payment-summary.ts';
import { addKlarnaRequest, addMerchantRequest } from './request-entries.ts';
import { addWrite } from './write-entries.ts';

/** Log entries of callbacks whose answers have not gone out yet. */
const mostPending = 100;

/**
 * Turns what the parts of the local run report into entries of the timeline. `klarnaUrl` is known only after the start.
 */
export function observer(timeline: Timeline, { base, klarnaUrl }: { base: string; klarnaUrl: () => string }) {
  const callbackLogs: FunctionLog[] = [];
  return {
    /** Output of the functions. The log entry of a callback comes just before its answer. */
    log: (text: string) => {
      for (const entry of readLog(text)) {
        if (entry.kind && entry.payment) callbackLogs.push(entry);
        else if (entry.message === 'tasks') addTask(timeline, entry);
      }
      callbackLogs.splice(0, callbackLogs.length - mostPending);
    },
    answer: (answer: ApiAnswer, request: ApiRequest) => {
      const { kind, payment } = request.parameters;
      if (!answer.route.includes('/callbacks/')) return addMerchantRequest(timeline, { base, answer, request });
      const index = callbackLogs.findIndex((entry) => entry.kind === kind && entry.payment === payment);
      const [log] = index < 0 ? [] : callbackLogs.splice(index, 1);
      addCallback(timeline, { base, answer, request, log });
    },
    record: ({ dynamodb }: StreamRecord) => {
      const after = paymentIn(dynamodb.NewImage);
      if (after) addWrite(timeline, paymentIn(dynamodb.OldImage), after);
    },
    event: (event: BusEvent) => addChange(timeline, event),
    klarna: (entry: EmulatorLogEntry) =>
      'method' in entry ? addKlarnaRequest(timeline, klarnaUrl(), entry) : addLostCallback(timeline, entry),
  };
}

function addTask(timeline: Timeline, { payment = '', completed, failed, reason }: FunctionLog): void {
  timeline.add({
    payment,
    from: 'relay',
    to: 'relay',
    title: `task: ${failed ?? completed}`,
    result: failed ? 'postponed' : 'done',
    tone: failed ? 'warn' : 'good',
    why: failed ? `It failed (${reason ?? 'no reason given'}) and is repeated after a pause.` : undefined,
  });
}
