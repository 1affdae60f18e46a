import { parseArgs } from 'node:util';
import { awsCallsPerCallback, coldStarts } from './cold.ts';
import { dutyRun } from './due-tasks.ts';
import { type Figures, headed, tableOf } from './figures.ts';
import { type Stage, setStage } from './stage.ts';
import { underLoad } from './under-load.ts';
import { warmCallbacks } from './warm.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, seconds: { type: 'string', default: '20' } },
});
const { json, only, seconds } = values;
const isRight = [undefined, 'callback', 'cold', 'duty', 'load'].includes(only) && Number(seconds) >= 2;
if (!isRight) throw new Error('usage: bench [--json] [--only callback|cold|duty|load] [--seconds of load]');

const began = performance.now();
const progress = (text: string) => console.error(`[${Math.round((performance.now() - began) / 1000)} s] ${text}`);

const load = (only === undefined || only === 'load') && {
  load: await underLoad({ seconds: Number(seconds), progress }),
};
const figures = { ...load, ...(only !== 'load' && (await onStage())) };
console.log(json ? JSON.stringify(headed(figures)) : tableOf(figures));

async function onStage(): Promise<Figures> {
  progress('synthesising the bundles');
  const stage = await setStage();
  try {
    return await measure(stage);
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage): Promise<Figures> {
  const duty = only !== 'callback' && only !== 'cold' && { duty: await dutyRuns(stage) };
  if (only === 'duty') return { ...duty };
  const cold = only !== 'callback' && { cold: await coldStarts(stage, { rounds: 25, progress }) };
  if (only === 'cold') return { ...cold };
  const asked = await awsCallsPerCallback(stage);
  progress('pairs of a callback and the same two calls');
  const plain = await warmCallbacks(stage, { ending: 'plain', pairs: 1500, warmUp: 300 });
  progress('pairs with a token to seal');
  const sealed = await warmCallbacks(stage, { ending: 'sealed', pairs: 600, warmUp: 300 });
  return { ...cold, ...duty, warm: { asked, plain, sealed } };
}

async function dutyRuns({ tables }: Stage) {
  progress('duty for 100 payments among 1,000');
  const of1000 = await dutyRun(tables, 1000);
  progress('duty for 100 payments among 100,000');
  return { of1000, of100000: await dutyRun(tables, 100_000) };
}
