import { KlarnaProblem } from '../../../emulator/problem.ts';
import type { Behaviour } from '../../../emulator/shopper/behaviours.ts';
import type { World } from '../world.ts';
import { authorizeMore, tellAgain } from './authorizations.ts';
import { decideOnOrder, stopOrder } from './risk-team.ts';

const second = 1000;
const minute = 60 * second;

/** What shoppers do on Klarna's page, step by step. A repeated row is more frequent. */
const visits: readonly [readonly Behaviour[], ...(readonly Behaviour[])[]] = [
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

/** Klarna's page of one payment. */
export type HostedPage = { payment: string; session: string };

/** A shopper on the hosted page, and the risk team after an approval that it has to decide on. */
export async function visitPage(world: World, page: HostedPage, wanted?: readonly Behaviour[]): Promise<void> {
  const { clock, chance } = world;
  const steps = wanted ?? chance.pick(visits);
  if (!wanted && chance.happens(0.03)) return disableSession(world, page);
  const more = Promise.all([authorizeMore(world, page), tellAgain(world, page)]);
  await clock.sleep(chance.happens(0.2) ? chance.between(minute, 50 * minute) : chance.between(second, 90 * second));
  for (const step of steps) {
    takeStep(world, page, step);
    await clock.sleep(chance.happens(0.15) ? chance.between(minute, 20 * minute) : chance.between(second, 60 * second));
  }
  await more;
  if (steps.includes('approve_pending')) await decideOnOrder(world, page);
  else if (steps.includes('approve') && chance.happens(0.06)) await stopOrder(world, page);
}

/** One step of a shopper. Klarna may refuse it. */
export function takeStep({ surroundings, transcript }: World, { payment, session }: HostedPage, step: Behaviour): void {
  const { controls } = surroundings.klarna.core;
  transcript.add('shopper', `${step} on the page of ${payment}`, payment);
  try {
    controls.shopper(session, step);
  } catch (error) {
    if (!(error instanceof KlarnaProblem)) throw error;
    transcript.add('Klarna', `refuses it: ${error.message}`, payment);
  }
}

/** The merchant disables the session by hand. */
async function disableSession(
  { clock, chance, surroundings, transcript }: World,
  { payment, session }: HostedPage,
): Promise<void> {
  await clock.sleep(chance.between(second, 10 * minute));
  transcript.add('merchant', `disables the session of ${payment} in Klarna's portal`, payment);
  const { username, password } = surroundings.klarna.account;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  surroundings.klarna.core.answer({
    method: 'DELETE',
    path: `/hpp/v1/sessions/${session}`,
    headers: { authorization },
    text: '',
  });
}
