import { styleText } from 'node:util';
import type { BusEvent } from '../stories/bus-event.ts';
import { changedPayment, changeRow } from '../stories/change-row.ts';
import type { Scene } from '../stories/story.ts';
import type { Observation } from './relay-options.ts';

type Style = Parameters<typeof styleText>[0];

/** Columns of a terminal, of the time before a request, of the time and arrow before a change. */
const columns = { all: 80, time: 11, change: 15 };

/** Prints requests and the changes that follow from them as they happen; in colour only if `colours` is set. */
export function terminalTimeline({ print, colours }: { print: (line: string) => void; colours: boolean }) {
  let start: number | undefined;
  const paint = (style: Style, text: string) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const printTimed = (text: string) => {
    start ??= performance.now();
    print(`${paint('dim', `${((performance.now() - start) / 1000).toFixed(2).padStart(7)} s`)}  ${text}`);
  };
  const printRequest = (text: string, status: number) => {
    const answer = paint(status < 300 ? 'green' : 'yellow', String(status));
    printTimed(`→ ${text.padEnd(columns.all - columns.time - 7)}  ${answer}`);
  };

  const showAnswer = ({ actor, action }: Scene, status: number) =>
    printRequest(`${actor.padEnd(8)}  ${action}`, status);

  /** Takes two lines; a payment id that does not fit takes a third. */
  const showChange = (event: BusEvent, payment = '') => {
    const [type = '', number = '', word = '', meaning = '', stages = ''] = changeRow(event);
    const indent = ' '.repeat(columns.change);
    const second = `${meaning.padEnd(17)}  ${stages}`;
    const fits = indent.length + second.length + 2 + payment.length <= columns.all;
    printTimed(`  ← ${paint('cyan', `${type.padEnd(26)}  ${number.padEnd(3)}  ${word}`)}`);
    print(`${indent}${paint('cyan', second)}${fits && payment ? `  ${paint('dim', payment)}` : ''}`);
    if (!fits) print(`${indent}${paint('dim', payment)}`);
  };

  /**
   * Shows events outside the story: requests sent by hand, their changes, and changes left over from an earlier run.
   */
  const show = (observation: Observation) => {
    if ('answer' in observation) printRequest(observation.answer.route, observation.answer.status);
    if ('event' in observation) showChange(observation.event, changedPayment(observation.event));
    if ('discardedBatch' in observation) {
      const { requestContext, DDBStreamBatchInfo } = observation.discardedBatch;
      const count = DDBStreamBatchInfo?.batchSize ?? 0;
      printTimed(paint('red', `  discarded ${count} records: ${requestContext?.condition ?? ''}`));
    }
  };
  return { showAnswer, showChange, show, paint };
}
