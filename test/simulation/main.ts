import { parseArgs } from 'node:util';
import { simulate, simulateOutage } from './simulate.ts';

const help = `npm run simulate -- [--seeds N] [--seed S] [--json] | --outage

Plays the relay through N seeds of trouble, from S on, and checks every promise after each.
  --seeds N   how many seeds  (default 100; 1 where --seed is given)
  --seed S    the first seed  (default 1); alone it plays that seed again, and tells its story
  --outage    ten minutes without the receiver: how late subscribers learned what happened meanwhile
  --json      prints {"seeds","failures","firstFailure","faultsInjected","changesPublished","seconds"}
Exit code: 0 every promise was kept, 1 one was broken, 2 misuse.
`;

const every = 2000; // milliseconds between two lines of progress

async function main(): Promise<number> {
  const asked = read();
  if (typeof asked === 'string') {
    process.stderr.write(asked);
    return asked === help ? 0 : 2;
  }
  return asked.outage ? outage() : seedsOf(asked);
}

async function outage(): Promise<number> {
  const { changes, lost, longestDelay, longestWait, broken } = await simulateOutage();
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  process.stdout.write(`receiver down for 10 minutes: ${changes} changes, ${lost.length} lost, each published at most
${seconds(longestDelay)} after duty was to look for it and ${seconds(longestWait)} after it happened at Klarna
`);
  for (const says of [...lost, ...broken]) process.stderr.write(`  broken: ${says}\n`);
  return lost.length + broken.length > 0 ? 1 : 0;
}

async function seedsOf({ from, seeds, json, alone }: Asked): Promise<number> {
  const began = performance.now();
  let told = began;
  const { played, failures } = await simulate({
    from,
    seeds,
    progress: (done, failed) => {
      const now = performance.now();
      if (now - told < every && done < seeds) return;
      told = now;
      process.stderr.write(`${done} of ${seeds} seeds, ${failed} failed, ${((now - began) / 1000).toFixed(0)} s\n`);
    },
  });
  const [first] = failures;
  const figures = {
    seeds,
    failures: failures.length,
    firstFailure: first?.seed ?? null,
    faultsInjected: played.flatMap(({ faults }) => Object.values(faults)).reduce((sum, each) => sum + each, 0),
    changesPublished: played.reduce((sum, { published }) => sum + published, 0),
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
  if (first) process.stderr.write(`${first.story}\n  again: npm run simulate -- --seed ${first.seed}\n`);
  else if (alone && !json) process.stdout.write(`${played[0]?.story}\n  every promise was kept\n`);
  process.stdout.write(`${json ? JSON.stringify(figures) : summary(figures)}\n`);
  return first ? 1 : 0;
}

type Figures = { seeds: number; failures: number; faultsInjected: number; changesPublished: number; seconds: number };

const summary = ({ seeds, failures, faultsInjected, changesPublished, seconds }: Figures) =>
  `${seeds} seeds, ${failures} failed: ${faultsInjected} faults, ${changesPublished} changes published, ${seconds} s`;

type Asked = { from: number; seeds: number; json: boolean; alone: boolean; outage: boolean };

/** What the command line asks for, or what to say instead. */
function read(): Asked | string {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        outage: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return help;
    const from = whole(values.seed ?? '1', '--seed');
    const seeds = whole(values.seeds ?? (values.seed ? '1' : '100'), '--seeds');
    return { from, seeds, json: values.json, alone: seeds === 1, outage: values.outage };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${help}`;
  }
}

function whole(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`${name}: a whole number from 1 on`);
}

process.exitCode = await main();
