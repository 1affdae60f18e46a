import { parseArgs } from 'node:util';
import { awsCallsPerCallback, coldStarts } from './cold.ts';
import { type Figures, headed, tableOf } from './figures.ts';
import { type Stage, setStage } from './stage.ts';
import { warmCallbacks } from './warm.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } });
const { json, only } = values;
if (![undefined, 'callback', 'cold'].includes(only)) throw new Error('usage: bench [--json] [--only callback|cold]');

const began = performance.now();
const progress = (text: string) => console.error(`[${Math.round((performance.now() - began) / 1000)} s] ${text}`);

progress('synthesising the bundles');
const stage = await setStage();
try {
  const figures = await measure(stage);
  console.log(json ? JSON.stringify(headed(figures)) : tableOf(figures));
} finally {
  await stage.stop();
}

async function measure(stage: Stage): Promise<Figures> {
  const cold = only !== 'callback' && { cold: await coldStarts(stage, { rounds: 25, progress }) };
  if (only === 'cold') return { ...cold };
  const asked = await awsCallsPerCallback(stage);
  progress('pairs of a callback and the same two calls');
  const plain = await warmCallbacks(stage, { ending: 'plain', pairs: 1500, warmUp: 300 });
  progress('pairs with a token to seal');
  const sealed = await warmCallbacks(stage, { ending: 'sealed', pairs: 600, warmUp: 300 });
  return { ...cold, warm: { asked, plain, sealed } };
}
