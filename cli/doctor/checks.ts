import { type Account, parseAccounts } from '../../lambdas/klarna/client/accounts.ts';
import { apiUrl } from '../../lambdas/klarna/client/client.ts';
import type { AwsCalls } from './aws-calls.ts';
import { checkClocks } from './clocks.ts';
import { type CheckResult, type Finding, failed, ok, runCheck, skipped } from './finding.ts';
import { checkCredentials } from './klarna.ts';
import { type Part, partsIn, type StackResource } from './resources.ts';
import { checkCallbackKeys, checkKeysInUse, secretText } from './secrets.ts';
import { checkDeadLetters, checkSchedule, checkStreams, checkSubscribers } from './wiring.ts';

/** A relay to check. */
export type CheckedRelay = {
  aws: AwsCalls;
  resources: StackResource[];
  /** The relay's address. */
  base: string | undefined;
  /** Replaces Klarna's address of every account. */
  klarnaUrl: string | undefined;
  /** Why some parts are missing although nothing is wrong. */
  missingPartsReason: string | undefined;
};

/** Makes every check; those that do not depend on each other run in parallel. */
export async function runChecks(relay: CheckedRelay): Promise<Finding[]> {
  const { aws } = relay;
  const findings = await Promise.all([
    checkKeys(relay),
    checkAccounts(relay),
    checkPart(relay, 'subscribers', 'bus', ([bus]) => checkSubscribers(aws, bus)),
    checkPart(relay, 'dead letters', 'deadLetters', (queues) => checkDeadLetters(aws, queues)),
    checkPart(relay, 'streams', 'streams', (mappings) => checkStreams(aws, mappings)),
    checkPart(relay, 'schedule', 'schedule', ([schedule]) => checkSchedule(aws, schedule)),
  ]);
  return findings.flat();
}

type NonEmpty<Each> = [Each, ...Each[]];

/** Checks a part that the stack must have. */
function checkPart(
  { resources, missingPartsReason }: CheckedRelay,
  name: string,
  part: Part,
  check: (found: NonEmpty<StackResource>) => Promise<CheckResult>,
) {
  return runCheck(name, async () => {
    const [first, ...more] = partsIn(resources, part);
    if (first) return check([first, ...more]);
    return missingPartsReason
      ? skipped(missingPartsReason)
      : failed('missing from the stack: is this the stack of the relay?');
  });
}

async function checkKeys(relay: CheckedRelay): Promise<Finding[]> {
  let text: string | undefined;
  const keys = await checkPart(relay, 'callback keys', 'callbackSecret', async ([secret]) => {
    text = await secretText(relay.aws, secret);
    return checkCallbackKeys(text);
  });
  const keysInUse = await runCheck('keys in use', async () => {
    if (!text || keys.state === 'failed') return skipped('not checked: the callback keys could not be read');
    if (!relay.base) return skipped("not checked: give the relay's address with --base URL");
    return checkKeysInUse({ base: relay.base, text });
  });
  return [keys, keysInUse];
}

async function checkAccounts(relay: CheckedRelay): Promise<Finding[]> {
  const { aws, base, klarnaUrl } = relay;
  let accounts: [string, Account][] = [];
  const names = await checkPart(relay, 'accounts', 'accountsSecret', async ([secret]) => {
    accounts = Object.entries(parseAccounts(await secretText(aws, secret)));
    return ok(accounts.map(([name]) => name).join(', '));
  });
  const klarnaUrls = accounts.map(([, account]) => apiUrl(account, klarnaUrl));
  const servers = [...new Set([...klarnaUrls, ...(base ? [base] : [])])];
  const more = await Promise.all([
    ...accounts.map(([name, account]) => runCheck(`Klarna, ${name}`, () => checkCredentials(account, klarnaUrl))),
    runCheck('clocks', async () =>
      servers.length > 0 ? checkClocks(servers) : skipped('not checked: no server is known to compare with'),
    ),
  ]);
  return [names, ...more];
}
