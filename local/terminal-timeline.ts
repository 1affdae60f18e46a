import { styleText } from 'node:util';
import type { BusEvent } from '../stories/bus-event.ts';
import { changeRow, paymentOf } from '../stories/change-row.ts';
import type { Seen } from './relay.ts';
import type { Scene } from '../stories/story.ts';

type Style = Parameters<typeof styleText>[0];

/** What goes in and what comes out, one line each, in columns; coloured only where `colours` says so. */
export function timeline({ print, colours }: { print: (line: string) => void; colours: boolean }) {
  let start: number | undefined;
  const paint = (style: Style, text: string) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const line = (text: string) => {
    start ??= performance.now();
    print(`${paint('dim', `${((performance.now() - start) / 1000).toFixed(2).padStart(7)} s`)}  ${text}`);
  };
  const answer = (status: number) => paint(status < 300 ? 'green' : 'yellow', String(status));

  const acted = ({ actor, action }: Scene, status: number) =>
    line(`→ ${actor.padEnd(8)}  ${action.padEnd(52)}  ${answer(status)}`);

  const published = (event: BusEvent, payment = '') =>
    line(`  ← ${paint('cyan', columns(changeRow(event)))}  ${paint('dim', payment)}`.trimEnd());

  /** What comes by itself: callbacks sent by hand, their changes, and what a run before this one left to publish. */
  const seen = (what: Seen) => {
    if ('answered' in what) line(`→ ${what.answered.route.padEnd(70)}  ${answer(what.answered.status)}`);
    if ('event' in what) published(what.event, paymentOf(what.event));
    if ('dropped' in what) line(paint('red', `    given up: ${JSON.stringify(what.dropped)}`));
  };
  return { acted, published, seen, paint };
}

const widths = [26, 3, 11, 17];

const columns = (cells: string[]) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
