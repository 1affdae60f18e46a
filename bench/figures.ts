import type { Cold } from './cold.ts';
import type { DutyRun } from './due-tasks.ts';
import type { Ratio } from './median.ts';
import type { Load } from './under-load.ts';
import type { Warm } from './warm.ts';

export type Figures = {
  warm?: { asked: string[]; plain: Warm; sealed: Warm };
  cold?: Cold;
  duty?: { of1000: DutyRun; of100000: DutyRun };
  load?: Load;
};

/** What one callback costs, in six figures, and one run of duty, in three for each table; the rest stands beside them. */
export function headed({ warm, cold, duty, load }: Figures) {
  const callback = {
    ...(warm && { awsCalls: warm.asked.length, warmRatio: warm.plain.ratio, warmMicros: warm.plain.micros }),
    ...(cold && { coldRatio: cold.receive.loaded.ratio, coldMs: cold.receive.loaded.ms, bundleKB: cold.receive.kb }),
  };
  const duties = duty && { duty100of1000: duty.of1000, duty100of100000: duty.of100000 };
  return { callback, ...duties, ...(load && { load }), ...(warm && { warm }), ...(cold && { cold }) };
}

/** The same for reading. */
export function tableOf({ warm, cold, duty, load }: Figures): string {
  const rows = [
    ...(warm ? warmRows(warm) : []),
    ...(cold ? coldRows(cold) : []),
    ...(duty ? dutyRows(duty) : []),
    ...(load ? loadRows(load) : []),
  ];
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

const dutyRows = ({ of1000, of100000 }: NonNullable<Figures['duty']>): Row[] => [
  ['duty for 100 due of 1,000', `${of1000.ms} ms`, readOf(of1000)],
  ['duty for 100 due of 100,000', `${of100000.ms} ms`, readOf(of100000)],
];

const readOf = ({ dynamoDbCalls, itemsRead }: DutyRun) => `${dynamoDbCalls} calls to DynamoDB, ${itemsRead} items read`;
