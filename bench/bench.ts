import { parseArgs } from 'node:util';
import { awsCallsPerCallback, coldStarts } from './cold.ts';
import { dueTasksRun } from './due-tasks.ts';
import { type Figures, jsonOf, tableOf } from './figures.ts';
import { type BenchSetup, setUp } from './setup.ts';
import { underLoad } from './under-load.ts';
import { warmCallbacks } from './warm.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, seconds: { type: 'string', default: '20' } },
});
const { json, only, seconds } = values;
const parts = [undefined, 'callback', 'cold', 'duty', 'load']; // `duty` is the name of the due tasks in the JSON as well
if (!parts.includes(only) || !(Number(seconds) >= 2))
  throw new Error('usage: bench [--json] [--only callback|cold|duty|load] [--seconds of load, at least 2]');

const startedAt = performance.now();
const progress = (text: string) => console.error(`[${Math.round((performance.now() - startedAt) / 1000)} s] ${text}`);

const load = (only === undefined || only === 'load') && {
  load: await underLoad({ seconds: Number(seconds), progress }),
};
const figures = { ...load, ...(only !== 'load' && (await withSetup())) };
console.log(json ? JSON.stringify(jsonOf(figures)) : tableOf(figures));

async function withSetup(): Promise<Figures> {
  progress('synthesising the bundles');
  const setup = await setUp();
  try {
    return await measure(setup);
  } finally {
    await setup.stop();
  }
}

async function measure(setup: BenchSetup): Promise<Figures> {
  const dueTasks = only !== 'callback' && only !== 'cold' && { dueTasks: await dueTasksRuns(setup) };
  if (only === 'duty') return { ...dueTasks };
  const cold = only !== 'callback' && { cold: await coldStarts(setup, { rounds: 25, progress }) };
  if (only === 'cold') return { ...cold };
  const awsCalls = await awsCallsPerCallback(setup);
  progress('pairs of a callback and the same two calls alone');
  const plain = await warmCallbacks(setup, { ending: 'plain', pairs: 1500, warmUp: 300 });
  progress('pairs with a token to seal');
  const sealed = await warmCallbacks(setup, { ending: 'sealed', pairs: 600, warmUp: 300 });
  return { ...cold, ...dueTasks, warm: { awsCalls, plain, sealed } };
}

async function dueTasksRuns({ tables }: BenchSetup) {
  progress('due tasks of 100 payments among 1,000');
  const of1000 = await dueTasksRun(tables, 1000);
  progress('due tasks of 100 payments among 100,000');
  return { of1000, of100000: await dueTasksRun(tables, 100_000) };
}
