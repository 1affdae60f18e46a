import type { Behaviour } from '../../emulator/shopper/behaviours.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import { broken } from './invariants.ts';
import { paymentOf } from './klarna.ts';
import { creates } from './merchants.ts';
import { act, ordersOf } from './shoppers.ts';
import { began, type World, world } from './world.ts';

const second = 1000;
const minute = 60 * second;

/** What subscribers learned of an outage; milliseconds. */
export type Outage = {
  changes: number;
  /** Klarna's moves that lasted until a read and were never published. */
  lost: string[];
  /** Between the time at which duty was to look and the publication. */
  longestDelay: number;
  /** Between Klarna's move and the publication. */
  longestWait: number;
  broken: string[];
};

const stories: [flow: 'authorize' | 'capture' | 'review' | 'buy_and_tokenize', does: Behaviour[]][] = [
  ['authorize', ['approve']],
  ['capture', ['approve']],
  ['review', ['approve_pending']],
  ['buy_and_tokenize', ['approve']],
  ['authorize', ['decline']],
  ['authorize', ['cancel']],
];

/** For ten minutes the receiver answers nobody, and that is when 24 shoppers decide. Nothing else goes wrong. */
export async function outage(seed: number): Promise<Outage> {
  const played = world(seed, { calm: true });
  const { clock, chance, faults } = played;
  const buys = async (number: number) => {
    const [flow, steps] = stories[number % stories.length] ?? ['authorize', []];
    const page = await creates(played, { flow, key: `buy-${number}` });
    if (!page) return;
    await clock.sleep(began + chance.between(2 * minute, 11 * minute) - clock.now());
    for (const does of steps) act(played, page, does);
    await clock.sleep(chance.between(10 * second, 5 * minute));
    const { controls } = played.around.klarna.desk;
    const pending = ordersOf(played, page.payment).filter(({ fraud_status }) => fraud_status === 'PENDING');
    for (const { order_id } of pending) controls.risk(order_id, 'accept');
  };
  clock.at(began + 2 * minute, () => faults.takeDown('receiver down', 10 * minute));
  const long = clock.sleep(20 * minute); // trouble, once told to end, would end the outage
  await played.play([...Array.from({ length: 24 }, (_, number) => buys(number)), long]);
  const merchant = { wishes: [], payments: played.payments().map(({ id }) => String(id)) };
  return { ...learned(played), broken: broken(played, merchant).map(({ says }) => says) };
}

type Move = { payment: string; at: number; due: number; fits: (change: Change) => boolean; says: string };

function learned(played: World): Omit<Outage, 'broken'> {
  const events = played.around.bus.events.map(({ at, entry }) => {
    const change: Change = JSON.parse(entry.Detail ?? '{}');
    return { at, change };
  });
  const found = moves(played).map((move) => {
    const told = events.find(({ change }) => change.paymentId === move.payment && move.fits(change));
    return { move, told };
  });
  const of = (from: 'due' | 'at') => Math.max(...found.flatMap(({ move, told }) => (told ? told.at - move[from] : [])));
  return {
    changes: found.length,
    lost: found.filter(({ told }) => !told).map(({ move }) => `${move.says} of ${move.payment}`),
    longestDelay: of('due'),
    longestWait: of('at'),
  };
}

/** What Klarna had callbacks for, but for words that were gone when somebody was to look. */
function moves(played: World): Move[] {
  const letters = played.around.klarna.letters.filter(({ letter }) => letter.kind !== 'authorization');
  const all = letters.map(({ letter, at }): Move & { kind: string } => {
    const payment = paymentOf(letter);
    const word = String(Object(letter.body).session?.status);
    const due = Math.max(at, played.dueAt(payment, at) || at);
    const byOrder = ({ stage }: Change) => ['pending', 'ordered', 'captured'].includes(stage.to);
    const decided = ({ stage }: Change) => stage.to === 'ordered';
    const fits = {
      status_update: ({ pspStatus }: Change) => pspStatus === word,
      push: byOrder,
      notification: decided,
      authorization: byOrder,
    };
    return { payment, at, due, kind: letter.kind, fits: fits[letter.kind], says: `${letter.kind} ${word}` };
  });
  const isGone = (move: (typeof all)[number]) =>
    move.kind === 'status_update' &&
    all.some(
      ({ payment, kind, at }, n) =>
        payment === move.payment && kind === move.kind && n > all.indexOf(move) && at <= move.due,
    );
  return all.filter((move) => !isGone(move));
}
