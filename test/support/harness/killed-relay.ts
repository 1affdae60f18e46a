import { startRelay } from '../../../local/relay.ts';
import type { Observation } from '../../../local/relay-options.ts';
import { synthesisedOnce } from '../engines/template.ts';

/**
 * A relay that prints its URL and is killed by SIGKILL at the worst moment: `node killed-relay.ts <data folder> record` when an
 * item is written and its change is not published yet, `event` when the change is published and not acknowledged yet.
 */
const [dataDir, moment] = process.argv.slice(2);
const die = (observation: Observation) => {
  if (moment && moment in observation) process.kill(process.pid, 'SIGKILL');
};
const { url } = await startRelay({ template: await synthesisedOnce(), dataDir, watch: die });
console.log(url);
