import type { Cold } from './cold.ts';
import type { Ratio } from './median.ts';
import type { Load } from './under-load.ts';
import type { Warm } from './warm.ts';

export type Figures = { warm?: { asked: string[]; plain: Warm; sealed: Warm }; cold?: Cold; load?: Load };

/** What one callback costs, in six figures; the rest stands beside them. */
export function headed({ warm, cold, load }: Figures) {
  const callback = {
    ...(warm && { awsCalls: warm.asked.length, warmRatio: warm.plain.ratio, warmMicros: warm.plain.micros }),
    ...(cold && { coldRatio: cold.receive.loaded.ratio, coldMs: cold.receive.loaded.ms, bundleKB: cold.receive.kb }),
  };
  return { callback, ...(load && { load }), ...(warm && { warm }), ...(cold && { cold }) };
}

/** The same for reading. */
export function tableOf({ warm, cold, load }: Figures): string {
  const rows = [...(warm ? warmRows(warm) : []), ...(cold ? coldRows(cold) : []), ...(load ? loadRows(load) : [])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

type Row = string[];

const against = ({ ratio, quartiles: [low, high] }: Ratio, floor: string) => `${ratio} (${low} to ${high}) of ${floor}`;

const warmRows = ({ asked, plain, sealed }: NonNullable<Figures['warm']>): Row[] => [
  ['AWS calls per callback', `${asked.length}`, asked.join(', ')],
  ['warm callback', `${plain.micros} µs`, against(plain, `the same two calls alone, ${plain.floorMicros} µs`)],
  [
    '… with a token to seal',
    `${sealed.micros} µs`,
    against(sealed, `the same two calls alone, ${sealed.floorMicros} µs`),
  ],
];

const loadRows = ({ overload, ...served }: Load): Row[] => [
  ['callbacks answered', `${served.callbacksPerSecond} a second`, `p50 ${served.p50} ms, p99 ${served.p99} ms`],
  ['… and lost', `${served.lost} of ${served.answered}`, 'answered 200 and never published'],
  ['too many callers', `${overload.callbacksPerSecond} a second`, `p50 ${overload.p50} ms, p99 ${overload.p99} ms`],
  ['… refused (503)', `${overload.refusedPerSecond} a second`, `p99 ${overload.refusedP99} ms`],
  ['… answered otherwise', `${overload.otherAnswers}`, 'neither 200 nor a refusal that asks to come again'],
  ['… and lost', `${overload.lost} of ${overload.answered}`, 'answered 200 and never published'],
];

function coldRows({ floor, receive, publish }: Cold): Row[] {
  const client = `the DynamoDB client alone, ${floor.ms} ms, ${floor.kb} KB`;
  return [
    ['receive-callback', `${receive.kb} KB`, ''],
    ['… loaded', `${receive.loaded.ms} ms`, against(receive.loaded, client)],
    ['… and its init calls answered', `${receive.ready.ms} ms`, against(receive.ready, client)],
    [
      '… and a callback answered',
      `${receive.answered.ms} ms`,
      against(receive.answered, `the same four calls, ${receive.answeredFloorMs} ms`),
    ],
    ['publish-changes', `${publish.kb} KB`, ''],
    ['… loaded', `${publish.ready.ms} ms`, against(publish.ready, client)],
  ];
}
