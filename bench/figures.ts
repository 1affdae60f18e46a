import type { Cold } from './cold.ts';
import type { DueTasksRun } from './due-tasks.ts';
import type { Ratio } from './median.ts';
import type { LoadFigures } from './under-load.ts';
import type { Warm } from './warm.ts';

export type Figures = {
  warm?: { awsCalls: string[]; plain: Warm; sealed: Warm };
  cold?: Cold;
  dueTasks?: { of1000: DueTasksRun; of100000: DueTasksRun };
  load?: LoadFigures;
};

/**
 * The figures as JSON: first the cost of a callback and of a run of due tasks, then all details. Other tools read these names, so
 * they stay as they are: `duty` is a run of due tasks, `asked` are the AWS calls of a callback.
 */
export function jsonOf({ warm, cold, dueTasks, load }: Figures) {
  const callback = {
    ...(warm && { awsCalls: warm.awsCalls.length, warmRatio: warm.plain.ratio, warmMicros: warm.plain.micros }),
    ...(cold && { coldRatio: cold.receive.loaded.ratio, coldMs: cold.receive.loaded.ms, bundleKB: cold.receive.kb }),
  };
  return {
    callback,
    ...(dueTasks && { duty100of1000: dueTasks.of1000, duty100of100000: dueTasks.of100000 }),
    ...(load && { load }),
    ...(warm && { warm: { asked: warm.awsCalls, plain: warm.plain, sealed: warm.sealed } }),
    ...(cold && { cold }),
  };
}

/** The figures as a table for a person to read. */
export function tableOf({ warm, cold, dueTasks, load }: Figures): string {
  const rows = [
    ...(warm ? warmRows(warm) : []),
    ...(cold ? coldRows(cold) : []),
    ...(dueTasks ? dueTasksRows(dueTasks) : []),
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

const warmRows = ({ awsCalls, plain, sealed }: NonNullable<Figures['warm']>): Row[] => [
  ['AWS calls per callback', `${awsCalls.length}`, awsCalls.join(', ')],
  ['warm callback', `${plain.micros} µs`, against(plain, `the same two calls alone, ${plain.floorMicros} µs`)],
  [
    '… with a token to seal',
    `${sealed.micros} µs`,
    against(sealed, `the same two calls alone, ${sealed.floorMicros} µs`),
  ],
];

const loadRows = ({ overload, ...served }: LoadFigures): Row[] => [
  ['callbacks answered', `${served.callbacksPerSecond} a second`, `p50 ${served.p50} ms, p99 ${served.p99} ms`],
  ['… and lost', `${served.lost} of ${served.answered}`, 'answered 200 and never published'],
  ['too many callers', `${overload.callbacksPerSecond} a second`, `p50 ${overload.p50} ms, p99 ${overload.p99} ms`],
  ['… refused (503)', `${overload.refusedPerSecond} a second`, `p99 ${overload.refusedP99} ms`],
  ['… other answers', `${overload.otherAnswers}`, 'neither 200 nor a refusal to retry'],
  ['… and lost', `${overload.lost} of ${overload.answered}`, 'answered 200 and never published'],
];

function coldRows({ floor, receive, publish }: Cold): Row[] {
  const client = `the DynamoDB client alone, ${floor.ms} ms, ${floor.kb} KB`;
  return [
    ['receive-callback', `${receive.kb} KB`, ''],
    ['… loaded', `${receive.loaded.ms} ms`, against(receive.loaded, client)],
    ['… with its init calls', `${receive.ready.ms} ms`, against(receive.ready, client)],
    [
      '… with one callback',
      `${receive.answered.ms} ms`,
      against(receive.answered, `the same four calls, ${receive.answeredFloorMs} ms`),
    ],
    ['publish-changes', `${publish.kb} KB`, ''],
    ['… loaded', `${publish.ready.ms} ms`, against(publish.ready, client)],
  ];
}

const dueTasksRows = ({ of1000, of100000 }: NonNullable<Figures['dueTasks']>): Row[] => [
  ['due tasks, 100 of 1,000', `${of1000.ms} ms`, callsOf(of1000)],
  ['due tasks, 100 of 100,000', `${of100000.ms} ms`, callsOf(of100000)],
];

const callsOf = ({ dynamoDbCalls, itemsRead }: DueTasksRun) =>
  `${dynamoDbCalls} calls to DynamoDB, ${itemsRead} items read`;
