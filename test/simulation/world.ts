import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { chance } from './chance.ts';
import { virtualClock } from './clock.ts';
import type { Item, ItemChange } from './dynamodb.ts';
import { faults } from './faults.ts';
import { type Functions, functions } from './functions.ts';
import { type Gateway, gateway } from './gateway.ts';
import type { Stage } from './lambda.ts';
import { enter } from './sealed-off.ts';
import { story } from './story.ts';
import { stream } from './streams.ts';
import { type Surroundings, surroundings, tables } from './surroundings.ts';

const minute = 60_000;
const days = 24 * 60 * minute;
export const began = Date.UTC(2026, 10, 22, 10);

/** Longer than any clock of duty's; who does not rest by then never will. */
const patience = 45 * days;

/** In the quiet after the trouble; a run takes a hundred or two. */
const mostWakes = 1500;

/** One relay in its world, from a seed. `calm` has no faults but those that somebody asks for. */
export function world(seed: number, { calm = false }: { calm?: boolean } = {}) {
  const clock = virtualClock(began);
  const luck = chance(seed);
  enter(clock, luck);
  const tale = story(clock);
  const trouble = faults(clock, luck, tale);
  if (calm) trouble.stop();
  const stage: Stage = { clock, chance: luck, faults: trouble };

  let around: Surroundings;
  let running: Functions;
  const api: Gateway = gateway(stage, {
    functions: () => running,
    written: (text) => around.written(text),
    payment: (id) => payments().find((each) => each.id === id),
  });
  const read = stream(stage, {
    outbox: (batch, about) => running.publish(Object(batch), about),
    due: (batch, about) => running.runDueTasks(Object(batch), about),
  });
  const duties: { id: string; at: number; due: number }[] = [];
  /** When duty was to look at a payment, as it was kept at that moment; not a number where nothing was owed. */
  const dueAt = (payment: string, moment: number): number =>
    duties.findLast(({ id, at }) => id === payment && at <= moment)?.due ?? Number.NaN;
  const tokensSeen = new Map<string, { at: number; dies: number }>();
  const changed = (table: string, change: ItemChange) => {
    if (table === tables.payments) {
      watchToken(change.after);
      duties.push({ id: change.after?.id?.S ?? '', at: clock.now(), due: Date.parse(change.after?.dueAt?.S ?? '') });
    }
    read.changed(table, change);
  };
  const watchToken = (item: Item | undefined) => {
    const id = item?.id?.S ?? '';
    if (!item?.facts?.M?.authorizations?.L?.some(({ M }) => M?.sealed) || tokensSeen.has(id)) return;
    const [token] = around.klarna.desk.controls.authorizations().slice(-1);
    tokensSeen.set(id, { at: clock.now(), dies: Date.parse(token?.expires_at ?? '') });
  };
  around = surroundings(stage, { changed, deliver: api.deliver });
  running = functions(stage, around);

  const payments = () => around.db.items(tables.payments).map((item) => unmarshall(item) as Payment);
  const earliest = () =>
    around.db
      .indexed(tables.payments)
      .flatMap(({ dueAt }) => dueAt?.S ?? [])
      .sort()[0];
  const wake = () => void running.runDueTasks({ scheduled: true }).catch(() => undefined);
  /** A run of the schedule that would find nothing is left out: a query of the index is all that it would be. */
  const isDue = () => (earliest() ?? '9') <= clock.date().toISOString();
  const everyMinute = (isOver: () => boolean) =>
    clock.at(Math.floor(clock.now() / minute + 1) * minute, () => {
      if (isOver()) return;
      if (isDue()) wake();
      everyMinute(isOver);
    });

  let ended = began;
  /** Plays what is to happen, in whatever trouble; then trouble ends, and time passes until nothing is owed to any payment. */
  const play = async (stories: Promise<unknown>[]) => {
    let left = stories.length;
    for (const each of stories) void each.finally(() => left--);
    everyMinute(() => left === 0);
    await clock.run(() => left === 0 || clock.now() > began + patience);
    trouble.stop();
    ended = clock.now();
    around.klarna.desk.callbacks.misbehave(undefined);
    await clock.run();
    for (let wakes = 0; wakes < mostWakes && clock.now() < began + patience; wakes++) {
      const next = earliest();
      if (next === undefined) break;
      const at = Math.ceil(Math.max(Date.parse(next), clock.now() + 1) / minute) * minute;
      clock.at(at, () => isDue() && wake());
      await clock.run();
    }
  };
  return {
    ...stage,
    story: tale,
    around,
    api,
    stream: read,
    payments,
    play,
    dueAt,
    tokensSeen,
    troubleEnded: () => ended,
  };
}

export type World = ReturnType<typeof world>;
