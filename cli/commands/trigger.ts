import { terminalTimeline } from '../../local/terminal-timeline.ts';
import { expectedChanges } from '../../stories/catalogue.ts';
import { localTarget } from '../../stories/local-target.ts';
import { type PlayResult, play } from '../../stories/play.ts';
import type { Story, StoryTarget } from '../../stories/story.ts';
import { flagOption, parseOptions, toJson } from '../arguments.ts';
import { type Environment, silentTerminal, type Terminal } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { deployedTarget } from '../deployed-target.ts';
import { Misuse } from '../misuse.ts';
import { baseUrl, currentKey, localRunUrl, relayOptions, relayOptionsHelp } from '../relay-address.ts';
import { hasAwsCredentials } from '../signed-requests.ts';
import { checkChanges, checkStage } from '../trigger/story-check.ts';
import { findStory, listStories, playableStories } from '../trigger/story-selection.ts';
import { wrap } from '../wrap.ts';

const usage = `klarna-relay trigger <story>... [options]
klarna-relay trigger --all [options]
klarna-relay trigger --list [--json]

Plays shopper stories to a relay and compares every answer and every change with
the documented ones.

Options
  --all         play every story that this relay can play
  --list        list the stories; with --json also what happens in each
${relayOptionsHelp}  --json        print an array with one object for each story: {"name",
                "payments", "answers", "published", "checked", "problems"}

The local run plays every story, and every published change is compared. A
deployment plays the stories that consist of callbacks. With AWS credentials its
saved changes are compared (GET /payments/{payment}), without them the stage at
its status URL. Stories publish real events: use a deployment for tests.

Exit code: 0 every story went as documented, 1 one did not, 2 misuse.

Examples
  klarna-relay trigger declined-then-approved
  klarna-relay trigger --all --json
  KLARNA_RELAY_KEY=… klarna-relay trigger forged-secret ten-at-once \\
    --base https://relay.shop.example
`;

type StoryResult = Omit<PlayResult, 'published'> & {
  name: string;
  published?: string[][] | undefined;
  checked: 'events' | 'changes' | 'stage' | 'answers';
};

export async function trigger(
  args: string[],
  env: Environment,
  terminal: Terminal = silentTerminal(),
): Promise<string> {
  const { values, positionals } = parseOptions(args, { ...relayOptions, all: flagOption, list: flagOption });
  if (values.help) return usage;
  if (values.list) return listStories(values.json ?? false);
  const base = baseUrl(values, env);
  const stories = values.all ? playableStories(base) : positionals.map((name) => findStory(name, base));
  if (stories.length === 0) throw new Misuse('story: which one? --list shows them, --all plays them all');
  const relay = base ? deployedRelay(base, await currentKey(values, env), env) : await localRelay(env);
  const results = await playAll(stories, relay, values.json ? silentTerminal() : terminal);
  const failed = results.filter(({ problems }) => problems.length > 0);
  const report = values.json ? toJson(results) : '';
  if (failed.length === 0) return report;
  throw new CommandFailure(report, `${failed.map(({ name }) => name).join(', ')}: not as documented`);
}

/** A relay, and how the result of a story is checked there. */
type CheckedTarget = {
  target: StoryTarget;
  check: (story: Story, played: PlayResult) => Promise<Pick<StoryResult, 'checked' | 'problems'>>;
};

async function localRelay(env: Environment): Promise<CheckedTarget> {
  return {
    target: await localTarget(localRunUrl(env)),
    check: async (_, { problems }) => ({ checked: 'events', problems }),
  };
}

function deployedRelay(base: string, key: string, env: Environment): CheckedTarget {
  const target = deployedTarget({ base, key });
  const check: CheckedTarget['check'] = async (story, { payments, problems }) => {
    if (problems.length > 0) return { checked: 'answers', problems };
    const expectation = { target, payment: payments.at(-1) ?? '', documented: expectedChanges(story) };
    return hasAwsCredentials(env) ? checkChanges(expectation) : checkStage({ ...expectation, key });
  };
  return { target, check };
}

async function playAll(stories: Story[], relay: CheckedTarget, terminal: Terminal): Promise<StoryResult[]> {
  const results: StoryResult[] = [];
  for (const story of stories) results.push(await playOne(story, relay, terminal));
  return results;
}

async function playOne(story: Story, { target, check }: CheckedTarget, terminal: Terminal): Promise<StoryResult> {
  const { print } = terminal;
  const { showAnswer, showChange, paint } = terminalTimeline(terminal);
  print(wrap(`${paint('bold', story.name)}: `, story.summary));
  const played = await play(story, target, { onAnswer: showAnswer, onChange: showChange });
  const { checked, problems } = await check(story, played);
  for (const problem of problems) print(paint('red', wrap('  ', problem)));
  if (problems.length === 0)
    print(wrap(`  ${paint('green', 'as documented')}: `, `${compared[checked]}, payment ${played.payments.at(-1)}`));
  return { name: story.name, ...played, checked, problems };
}

const compared = {
  answers: 'all answers',
  events: 'all answers and published changes',
  changes: 'all answers and saved changes (its published events cannot be read from here)',
  stage: 'all answers and the last stage (to compare its changes, give AWS credentials)',
};
