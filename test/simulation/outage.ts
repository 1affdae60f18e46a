import type { Behaviour } from '../../emulator/shopper/behaviours.ts';
import { ordersOf } from './klarna/orders.ts';
import { takeStep } from './klarna/shoppers.ts';
import { startPurchase } from './merchant/payments.ts';
import { measureOutage, type OutageMeasures } from './outage-measures.ts';
import { brokenPromises } from './promises/broken-promises.ts';
import { newWorld, startOfRun } from './world.ts';

const second = 1000;
const minute = 60 * second;

export type OutageResult = OutageMeasures & { broken: string[] };

const stories: [flow: 'authorize' | 'capture' | 'review' | 'buy_and_tokenize', steps: Behaviour[]][] = [
  ['authorize', ['approve']],
  ['capture', ['approve']],
  ['review', ['approve_pending']],
  ['buy_and_tokenize', ['approve']],
  ['authorize', ['decline']],
  ['authorize', ['cancel']],
];

/** The receiver is down for ten minutes, in which 24 shoppers decide. No other fault occurs. */
export async function playOutage(seed: number): Promise<OutageResult> {
  const world = newWorld(seed, { calm: true });
  const { clock, chance, faults } = world;
  const buy = async (number: number) => {
    const [flow, steps] = stories[number % stories.length] ?? ['authorize', []];
    const page = await startPurchase(world, { flow, key: `buy-${number}` });
    if (!page) return;
    await clock.sleep(startOfRun + chance.between(2 * minute, 11 * minute) - clock.now());
    for (const step of steps) takeStep(world, page, step);
    await clock.sleep(chance.between(10 * second, 5 * minute));
    const { controls } = world.surroundings.klarna.core;
    const pending = ordersOf(world, page.payment).filter(({ fraud_status }) => fraud_status === 'PENDING');
    for (const { order_id } of pending) controls.risk(order_id, 'accept');
  };
  clock.at(startOfRun + 2 * minute, () => faults.takeDown('receiver down', 10 * minute));
  const pastOutage = clock.sleep(20 * minute); // the end of the trouble would end the outage early
  await world.play([...Array.from({ length: 24 }, (_, number) => buy(number)), pastOutage]);
  const merchant = { intents: [], payments: world.payments().map(({ id }) => String(id)) };
  return { ...measureOutage(world), broken: brokenPromises(world, merchant).map(({ text }) => text) };
}
