import { idempotencyKey } from '../../../lambdas/klarna/client/idempotency.ts';
import type { World } from '../world.ts';
import type { Intent, Merchant } from './intents.ts';
import { sendRequest, statusesOf } from './requests.ts';

const second = 1000;
const minute = 60 * second;

const bodies = {
  captures: ({ chance }: World) => (chance.happens(0.4) ? {} : { amount: chance.between(1, 60) * 100 }),
  refunds: ({ chance }: World) => (chance.happens(0.4) ? {} : { amount: chance.between(1, 40) * 100 }),
  cancellation: () => ({}),
  release: () => ({}),
  extension: () => ({}),
} as const;

/** The last part of an operation's path. */
type OperationPath = keyof typeof bodies;

const kinds = {
  captures: 'capture',
  refunds: 'refund',
  cancellation: 'cancellation',
  release: 'release',
  extension: 'extension',
} as const satisfies Record<OperationPath, string>;

const plans: readonly [readonly OperationPath[], ...(readonly OperationPath[])[]] = [
  [],
  ['captures'],
  ['captures', 'refunds'],
  ['captures', 'captures', 'refunds', 'refunds'],
  ['captures', 'captures', 'release', 'refunds'],
  ['cancellation'],
  ['captures', 'cancellation'],
  ['extension', 'captures'],
  ['captures', 'release'],
];

/** The merchant's operations on an order, one after the other or all at once. */
export async function operateOnOrder(world: World, merchant: Merchant, payment: string): Promise<void> {
  const { chance } = world;
  const plan = chance.pick(plans);
  const operations = plan.map(
    (path, at) => () => operate(world, merchant, { payment, path, key: `${path} für ${at}` }),
  );
  if (chance.happens(0.25)) await Promise.all(operations.map((start) => start()));
  else for (const start of operations) await start();
}

type Target = { payment: string; path: OperationPath; key: string };

async function operate(world: World, merchant: Merchant, { payment, path, key }: Target): Promise<void> {
  const { clock, chance } = world;
  await clock.sleep(chance.between(0, 3 * minute));
  const kind = kinds[path];
  const intent: Intent = { payment, kind, operation: idempotencyKey(payment, kind, key), answers: [] };
  merchant.intents.push(intent);
  const request = {
    function: 'operatePayment',
    routeKey: `POST /payments/{payment}/${path}`,
    path: `/payments/${payment}/${path}`,
    parameters: { payment },
    body: bodies[path](world),
    key,
    payment,
  } as const;
  intent.answers.push(...statusesOf(await sendRequest(world, request)));
  if (!chance.happens(0.15)) return;
  await clock.sleep(chance.between(second, 30 * minute));
  intent.answers.push(...statusesOf(await sendRequest(world, request))); // a repeat after the answer
}
