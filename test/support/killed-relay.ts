import { type Seen, startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from './template.ts';

/**
 * A relay that dies of SIGKILL at the worst moment: `node killed-relay.ts <data folder> record` when an item is written and
 * its change not yet published, or `event` when it is published and nobody knows yet. Prints its URL.
 */
const [dataDir, moment] = process.argv.slice(2);
const die = (seen: Seen) => {
  if (moment && moment in seen) process.kill(process.pid, 'SIGKILL');
};
const { url } = await startRelay({ template: await synthesisedOnce(), dataDir, watch: die });
console.log(url);
