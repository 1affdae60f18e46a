import { parseArgs } from 'node:util';
import { simulate, simulateOutage } from './simulate.ts';

const help = `npm run simulate -- [--seeds N] [--seed S] [--json] | --outage

Plays the relay through N seeds of trouble, starting with seed S, and checks
every promise after each of them. The trouble is at Klarna, at merchants and
shoppers, at AWS and at subscribers; docs/operations.md lists it.
  --seeds N   the number of seeds (default 100, or 1 with --seed)
  --seed S    the first seed (default 1); alone, prints its transcript
  --outage    plays ten minutes without the receiver and prints how late
              subscribers learned of the changes
  --json      prints {"seeds","failures","firstFailure","faultsInjected",
              "changesPublished","seconds"}
Exit code: 0 every promise was kept, 1 one was broken, 2 wrong arguments.
`;

/** Milliseconds between two progress messages. */
const progressInterval = 2000;

async function main(): Promise<number> {
  const options = parseOptions();
  if (typeof options === 'string') {
    process.stderr.write(options);
    return options === help ? 0 : 2;
  }
  return options.outage ? runOutage() : runSeeds(options);
}

async function runOutage(): Promise<number> {
  const { changes, lost, longestDelay, longestWait, broken } = await simulateOutage();
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  process.stdout.write(`The receiver was down for 10 minutes: ${changes} changes, ${lost.length} lost.
Every change was published at most ${seconds(longestDelay)} after its task was due
and at most ${seconds(longestWait)} after it happened at Klarna.
`);
  for (const text of [...lost, ...broken]) process.stderr.write(`  broken: ${text}\n`);
  return lost.length + broken.length > 0 ? 1 : 0;
}

async function runSeeds({ from, seeds, json, isAlone }: Options): Promise<number> {
  const startedAt = performance.now();
  let reportedAt = startedAt;
  const { played, failures } = await simulate({
    from,
    seeds,
    progress: (done, failed) => {
      const now = performance.now();
      if (now - reportedAt < progressInterval && done < seeds) return;
      reportedAt = now;
      process.stderr.write(`${done} of ${seeds} seeds, ${failed} failed, ${((now - startedAt) / 1000).toFixed(0)} s\n`);
    },
  });
  const [first] = failures;
  const figures = {
    seeds,
    failures: failures.length,
    firstFailure: first?.seed ?? null,
    faultsInjected: played.flatMap(({ faults }) => Object.values(faults)).reduce((sum, each) => sum + each, 0),
    changesPublished: played.reduce((sum, { published }) => sum + published, 0),
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
  if (first) process.stderr.write(`${first.transcript}\n  again: npm run simulate -- --seed ${first.seed}\n`);
  else if (isAlone && !json) process.stdout.write(`${played[0]?.transcript}\n  every promise was kept\n`);
  process.stdout.write(`${json ? JSON.stringify(figures) : summary(figures)}\n`);
  return first ? 1 : 0;
}

type Figures = { seeds: number; failures: number; faultsInjected: number; changesPublished: number; seconds: number };

const summary = ({ seeds, failures, faultsInjected, changesPublished, seconds }: Figures) =>
  `${seeds} seeds, ${failures} failed: ${faultsInjected} faults, ${changesPublished} changes published, ${seconds} s`;

type Options = { from: number; seeds: number; json: boolean; isAlone: boolean; outage: boolean };

/** The options, or the text to print instead of a run. */
function parseOptions(): Options | string {
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
    const from = wholeNumber(values.seed ?? '1', '--seed');
    const seeds = wholeNumber(values.seeds ?? (values.seed ? '1' : '100'), '--seeds');
    return { from, seeds, json: values.json, isAlone: seeds === 1, outage: values.outage };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${help}`;
  }
}

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`${name}: a whole number from 1 on`);
}

process.exitCode = await main();
