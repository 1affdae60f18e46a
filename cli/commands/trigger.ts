import { catalogue, published } from '../../stories/catalogue.ts';
import { localTarget } from '../../stories/local-target.ts';
import { type Audience, type Played, play } from '../../stories/play.ts';
import type { Story, Target } from '../../stories/story.ts';
import { timeline } from '../../local/terminal-timeline.ts';
import { type Environment, nobody, type Terminal } from '../command.ts';
import { deployedTarget } from '../deployed-target.ts';
import { checkChanges, checkStage } from '../saved-changes.ts';
import { Misuse } from '../misuse.ts';
import { hasAwsCredentials } from '../signed-requests.ts';
import { Unmet } from '../unmet.ts';
import { baseOf, keyOf, localRunOf, whereHelp } from '../relay-address.ts';
import { asJson, deployment, flag, unknownWord, wordsOf } from '../arguments.ts';

const usage = `klarna-relay trigger <story>... [--all] [--list] [--base URL] [--secret ID] [--json]

Plays shopper stories to a relay, signed as Klarna's callbacks are, and compares what comes of them with what is documented.

  story         its name; --list shows them all
  --all         every story that this relay can play
  --list        the catalogue; with --json each story's scenes, answers and changes as well

${whereHelp}  --json        an array, one object for each story: {"name", "payments", "answers", "published", "checked", "problems"}

A local run plays every story, and every published change is compared. A deployment plays those that need callbacks alone: with
AWS credentials the changes that it keeps are compared (GET /payments/{id}), without them the stage that its status URL shows.
It publishes real events: use a deployment for tests.

Exit code: 0 all went as documented, 1 something did not, 2 misuse.

Examples
  klarna-relay trigger declined-then-approved
  klarna-relay trigger --all --json
  KLARNA_RELAY_KEY=… klarna-relay trigger forged-secret ten-at-once --base https://relay.shop.example
`;

type Outcome = Omit<Played, 'published'> & {
  name: string;
  published?: string[][] | undefined;
  checked: 'events' | 'changes' | 'stage' | 'answers';
};

/** Plays stories and tells whether they went as documented. */
export async function trigger(words: string[], env: Environment, terminal: Terminal = nobody()): Promise<string> {
  const { values, positionals } = wordsOf(words, { ...deployment, all: flag, list: flag });
  if (values.help) return usage;
  if (values.list) return list(values.json ?? false);
  const base = baseOf(values, env);
  const stories = values.all ? playable(base) : positionals.map((name) => storyCalled(name, base));
  if (stories.length === 0) throw new Misuse('story: which one? --list shows them, --all plays them all');
  const house = base ? deployed(base, await keyOf(values, env), env) : await localRun(env);
  const outcomes = await tellAll(stories, house, values.json ? nobody() : terminal);
  const failed = outcomes.filter(({ problems }) => problems.length > 0);
  const report = values.json ? asJson(outcomes) : '';
  if (failed.length === 0) return report;
  throw new Unmet(report, `${failed.map(({ name }) => name).join(', ')}: not as documented`);
}

/** A relay and how stories are checked there. */
type House = {
  target: Target;
  check: (story: Story, played: Played) => Promise<Pick<Outcome, 'checked' | 'problems'>>;
};

async function localRun(env: Environment): Promise<House> {
  return {
    target: await localTarget(localRunOf(env)),
    check: async (_, { problems }) => ({ checked: 'events', problems }),
  };
}

function deployed(base: string, key: string, env: Environment): House {
  const target = deployedTarget({ base, key });
  const check: House['check'] = async (story, { payments, problems }) => {
    if (problems.length > 0) return { checked: 'answers', problems };
    const asked = { target, payment: payments.at(-1) ?? '', documented: published(story) };
    return hasAwsCredentials(env) ? checkChanges(asked) : checkStage({ ...asked, key });
  };
  return { target, check };
}

async function tellAll(stories: Story[], house: House, terminal: Terminal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const story of stories) outcomes.push(await tell(story, house, terminal));
  return outcomes;
}

async function tell(story: Story, { target, check }: House, { print, colours }: Terminal): Promise<Outcome> {
  const { acted, published: heard, paint } = timeline({ print, colours });
  print(`${paint('bold', story.name)}: ${story.tells}`);
  const audience: Audience = { acted, published: heard };
  const played = await play(story, target, audience);
  const { checked, problems } = await check(story, played);
  for (const problem of problems) print(paint('red', `  ${problem}`));
  if (problems.length === 0)
    print(`  ${paint('green', 'as documented')}: ${proof[checked]}, payment ${played.payments.at(-1)}`);
  return { name: story.name, ...played, checked, problems };
}

const proof = {
  answers: 'every answer',
  events: 'every answer, and every published change',
  changes: 'every answer, and every change that it keeps; what its bus published cannot be seen from here',
  stage: 'every answer, and the stage in the end; for its changes give AWS credentials',
};

const playable = (base: string | undefined) => catalogue.filter(({ needs }) => !base || needs === 'nothing');

function storyCalled(name: string, base: string | undefined): Story {
  const story = catalogue.find((each) => each.name === name);
  if (!story)
    throw unknownWord(
      'story',
      name,
      catalogue.map((each) => each.name),
    );
  if (base && story.needs !== 'nothing')
    throw new Misuse(`${name} needs the emulated Klarna of a local run: leave out --base, and klarna-relay start`);
  return story;
}

const places = {
  nothing: 'For any relay',
  klarna: "For a local run, with the shopper on the emulated Klarna's page",
  clock: 'For a local run, whose clock is moved on',
};

function list(json: boolean): string {
  if (json) return asJson(catalogue.map((story) => ({ ...story, publishes: published(story) })));
  const widest = Math.max(...catalogue.map(({ name }) => name.length));
  const line = ({ name, tells }: Story) => `  ${name.padEnd(widest)}  ${tells}\n`;
  const group = (needs: Story['needs']) =>
    catalogue
      .filter((story) => story.needs === needs)
      .map(line)
      .join('');
  return (['nothing', 'klarna', 'clock'] as const).map((needs) => `${places[needs]}\n${group(needs)}`).join('\n');
}
