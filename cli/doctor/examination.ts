import { type Account, apiUrl } from '../../lambdas/klarna/client/accounts.ts';
import type { AwsCalls } from './aws-calls.ts';
import { examine, type Finding, type Found, failed, ok, skipped } from './finding.ts';
import { clocks, reachable } from './klarna.ts';
import { type Part, partsIn, type StackResource } from './resources.ts';
import { accountsIn, callbackKeys, heldKey, secretText } from './secrets.ts';
import { deadLetters, schedule, streams, subscribers } from './wiring.ts';

/** What is examined. */
export type Body = {
  aws: AwsCalls;
  resources: StackResource[];
  /** Where the relay is reached. */
  base: string | undefined;
  /** Another Klarna than the accounts' own. */
  klarnaUrl: string | undefined;
  /** Why a part may be missing and nothing is wrong. */
  excuse: string | undefined;
};

/** Makes every examination; those that do not need each other side by side. */
export async function examineAll(body: Body): Promise<Finding[]> {
  const { aws } = body;
  const groups = await Promise.all([
    keys(body),
    klarnas(body),
    withPart(body, 'subscribers', 'bus', ([bus]) => subscribers(aws, bus)),
    withPart(body, 'dead letters', 'deadLetters', (queues) => deadLetters(aws, queues)),
    withPart(body, 'streams', 'streams', (mappings) => streams(aws, mappings)),
    withPart(body, 'schedule', 'schedule', ([found]) => schedule(aws, found)),
  ]);
  return groups.flat();
}

type Some = [StackResource, ...StackResource[]];

/** An examination of a part of the stack, which has to be there. */
function withPart({ resources, excuse }: Body, check: string, part: Part, look: (found: Some) => Promise<Found>) {
  return examine(check, async () => {
    const [first, ...more] = partsIn(resources, part);
    if (first) return look([first, ...more]);
    return excuse ? skipped(excuse) : failed('the stack has none: is this the stack of the relay?');
  });
}

async function keys(body: Body): Promise<Finding[]> {
  let text: string | undefined;
  const found = await withPart(body, 'callback keys', 'callbackSecret', async ([secret]) => {
    text = await secretText(body.aws, secret);
    return callbackKeys(text);
  });
  const held = await examine('keys in use', async () => {
    if (!text || found.state === 'failed') return skipped('without the callback keys nobody can ask');
    return body.base ? heldKey({ base: body.base, text }) : skipped('--base URL tells where to ask');
  });
  return [found, held];
}

async function klarnas(body: Body): Promise<Finding[]> {
  let accounts: [string, Account][] = [];
  const found = await withPart(body, 'accounts', 'accountsSecret', async ([secret]) => {
    accounts = Object.entries(accountsIn(await secretText(body.aws, secret)));
    return ok(accounts.map(([name]) => name).join(', '));
  });
  const urls = accounts.map(([, account]) => apiUrl(account, body.klarnaUrl));
  const seen = accounts.map(([name, account]) => examine(`Klarna, ${name}`, () => reachable(account, body.klarnaUrl)));
  const told = [...new Set([...urls, ...(body.base ? [body.base] : [])])];
  const clock = examine('clocks', async () => (told.length > 0 ? clocks(told) : skipped('nobody can be asked')));
  return [found, ...(await Promise.all([...seen, clock]))];
}
