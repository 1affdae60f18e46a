import { startRelay } from '../../../local/relay.ts';
import type { Observation } from '../../../local/relay-options.ts';
import { synthesisedOnce } from './template.ts';

/**
 * A relay that dies of SIGKILL at the worst moment: `node killed-relay.ts <data folder> record` when an item is written and
 * its change not yet published, or `event` when it is published and nobody knows yet. Prints its URL.
 */
const [dataDir, moment] = process.argv.slice(2);
const die = (observation: Observation) => {
  if (moment && moment in observation) process.kill(process.pid, 'SIGKILL');
};
const { url } = await startRelay({ template: await synthesisedOnce(), dataDir, watch: die });
console.log(url);
