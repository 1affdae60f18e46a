import { KlarnaProblem } from '../../emulator/problem.ts';
import type { Behaviour } from '../../emulator/shopper/behaviours.ts';
import type { World } from './world.ts';

const second = 1000;
const minute = 60 * second;

/** What shoppers do on Klarna's page, one thing after the other. */
const stories: readonly [readonly Behaviour[], ...(readonly Behaviour[])[]] = [
  ['approve'],
  ['approve'],
  ['approve'],
  ['approve'],
  ['arrive', 'approve'],
  ['decline', 'approve'],
  ['decline', 'decline', 'approve'],
  ['error', 'approve'],
  ['back', 'approve'],
  ['back', 'decline'],
  ['identity_check', 'approve'],
  ['leave', 'approve'],
  ['leave'],
  ['cancel'],
  ['decline', 'cancel'],
  ['approve_rejected'],
  ['approve_pending'],
  ['approve_pending'],
  ['decline', 'approve_pending'],
  [],
];

export type Page = { payment: string; session: string };

/** A shopper on the page of a hosted session, and the risk team after an approval that waits for it. */
export async function shops(world: World, page: Page, wanted?: readonly Behaviour[]): Promise<void> {
  const { clock, chance } = world;
  const steps = wanted ?? chance.pick(stories);
  if (!wanted && chance.one(0.03)) return disabled(world, page);
  await clock.sleep(chance.one(0.2) ? chance.between(minute, 50 * minute) : chance.between(second, 90 * second));
  for (const does of steps) {
    act(world, page, does);
    await clock.sleep(chance.one(0.15) ? chance.between(minute, 20 * minute) : chance.between(second, 60 * second));
  }
  if (steps.includes('approve_pending')) await decided(world, page);
  else if (steps.includes('approve') && chance.one(0.06)) await stopped(world, page);
}

/** One thing that a shopper does; Klarna may refuse it. */
export function act({ around, story }: World, { payment, session }: Page, does: Behaviour): void {
  const { controls } = around.klarna.desk;
  story.tell('shopper', `${does} on the page of ${payment}`, payment);
  try {
    controls.shopper(session, does);
  } catch (error) {
    if (!(error instanceof KlarnaProblem)) throw error;
    story.tell('Klarna', `tells the shopper: ${error.message}`, payment);
  }
}

/** The merchant disables the session by hand. */
async function disabled({ clock, chance, around, story }: World, { payment, session }: Page): Promise<void> {
  await clock.sleep(chance.between(second, 10 * minute));
  story.tell('merchant', `disables the session of ${payment} in Klarna's portal`, payment);
  const { username, password } = around.klarna.account;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  around.klarna.desk.answer({
    method: 'DELETE',
    path: `/hpp/v1/sessions/${session}`,
    headers: { authorization },
    text: '',
  });
}

export const ordersOf = ({ around }: Pick<World, 'around'>, payment: string) =>
  around.klarna.desk.controls.orders().filter(({ purchase }) => purchase.merchant_reference2 === payment);

async function decided(world: World, { payment }: Page): Promise<void> {
  const { clock, chance } = world;
  await clock.sleep(chance.one(0.3) ? chance.between(minute, 5 * 60 * minute) : chance.between(second, 20 * minute));
  const decision = chance.pick(['accept', 'accept', 'reject', 'stop'] as const);
  for (const { order_id, fraud_status } of ordersOf(world, payment)) {
    if (fraud_status !== 'PENDING') continue;
    world.story.tell('Klarna', `risk team: ${decision} for ${payment}`, payment);
    world.around.klarna.desk.controls.risk(order_id, decision);
    if (decision === 'accept' && chance.one(0.1)) await stopped(world, { payment, session: '' });
  }
}

/** An order that was accepted, and of which nothing was captured yet, is stopped after all. */
async function stopped(world: World, { payment }: Page): Promise<void> {
  await world.clock.sleep(world.chance.between(second, 40 * minute));
  for (const { order_id, status, fraud_status } of ordersOf(world, payment)) {
    if (status !== 'AUTHORIZED' || fraud_status !== 'ACCEPTED') continue;
    world.story.tell('Klarna', `risk team stops the order of ${payment}`, payment);
    world.around.klarna.desk.controls.risk(order_id, 'stop');
  }
}
