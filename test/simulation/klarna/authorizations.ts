import { KlarnaProblem } from '../../../emulator/problem.ts';
import type { World } from '../world.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

type Page = { payment: string; session: string };

const mayAuthorize = ({ surroundings }: World, { session }: Page): boolean =>
  surroundings.klarna.core.state.hosted.get(session)?.place_order_mode === 'NONE';

/** The shopper authorizes once or more beside the steps on the page, now and then more often than the relay remembers. */
export async function authorizeMore(world: World, page: Page): Promise<void> {
  const { clock, chance, faults, surroundings } = world;
  if (!mayAuthorize(world, page) || !faults.strikes('authorized again', page.payment, page.payment)) return;
  const { controls } = surroundings.klarna.core;
  await clock.sleep(chance.between(second, chance.happens(0.3) ? 50 * minute : 4 * minute));
  const pause = chance.pick([2 * second, 2 * second, 3 * minute]);
  for (let times = chance.pick([1, 2, 2, 2, 9]); times > 0; times--) {
    stepAside(world, page, 'authorizes', () => controls.authorize(page.session));
    await clock.sleep(chance.between(0, pause));
  }
  if (!chance.happens(0.3)) return;
  await clock.sleep(chance.between(second, 10 * minute));
  stepAside(world, page, 'cancels', () => controls.shopper(page.session, 'cancel'));
}

/** One step of a shopper beside those on the page. Klarna may refuse it. */
function stepAside({ transcript }: World, { payment }: Page, name: string, act: () => void): void {
  transcript.add('shopper', `${name} ${payment}`, payment);
  try {
    act();
  } catch (error) {
    if (!(error instanceof KlarnaProblem)) throw error;
    transcript.add('Klarna', `refuses it: ${error.message}`, payment);
  }
}

/** Klarna calls back about an authorization once more, minutes to hours later. */
export async function tellAgain(world: World, page: Page): Promise<void> {
  const { clock, chance, faults, surroundings } = world;
  if (!mayAuthorize(world, page)) return;
  await clock.sleep(chance.between(minute, chance.happens(0.3) ? 3 * hour : 50 * minute));
  const { state, callbacks } = surroundings.klarna.core;
  const kp = state.hosted.get(page.session)?.paymentSession;
  const granted = [...state.authorizations.values()].filter(({ paymentSession }) => paymentSession === kp);
  const [first] = granted;
  if (first && faults.strikes('authorization told again', page.payment, page.payment))
    callbacks.authorization(first, page.session);
}
