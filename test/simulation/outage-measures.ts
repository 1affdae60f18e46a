import type { OutgoingCallback } from '../../emulator/callbacks/outgoing-callback.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import { paymentOfCallback } from './klarna/simulated-klarna.ts';
import type { World } from './world.ts';

/** How late subscribers learned of what happened during an outage; milliseconds. */
export type OutageMeasures = {
  changes: number;
  /** Moves at Klarna that lasted until a read and were never published. */
  lost: string[];
  /** From the time at which the next task was due to the publication. */
  longestDelay: number;
  /** From the move at Klarna to the publication. */
  longestWait: number;
};

/** Something that Klarna sent a callback about. `isPublishedBy` recognises the change that reports it. */
type Move = {
  payment: string;
  kind: OutgoingCallback['kind'];
  at: number;
  due: number;
  isPublishedBy: (change: Change) => boolean;
  text: string;
};

export function measureOutage(world: World): OutageMeasures {
  const events = world.surroundings.bus.events.map(({ at, entry }) => {
    const change: Change = JSON.parse(entry.Detail ?? '{}');
    return { at, change };
  });
  const moves = lastingMoves(world).map((move) => ({
    move,
    event: events.find(({ change }) => change.paymentId === move.payment && move.isPublishedBy(change)),
  }));
  const longestSince = (from: 'due' | 'at') =>
    Math.max(...moves.flatMap(({ move, event }) => (event ? event.at - move[from] : [])));
  return {
    changes: moves.length,
    lost: moves.filter(({ event }) => !event).map(({ move }) => `${move.text} of ${move.payment}`),
    longestDelay: longestSince('due'),
    longestWait: longestSince('at'),
  };
}

/** All moves but those whose word was followed by another before a task was due to read it. */
function lastingMoves(world: World): Move[] {
  const all = world.surroundings.klarna.callbacks
    .filter(({ callback }) => callback.kind !== 'authorization')
    .map(({ callback, at }) => moveOf(world, callback, at));
  const isSuperseded = (move: Move) =>
    move.kind === 'status_update' &&
    all.some(
      ({ payment, kind, at }, n) =>
        payment === move.payment && kind === move.kind && n > all.indexOf(move) && at <= move.due,
    );
  return all.filter((move) => !isSuperseded(move));
}

function moveOf(world: World, callback: OutgoingCallback, at: number): Move {
  const payment = paymentOfCallback(callback);
  const word = String(Object(callback.body).session?.status);
  const due = Math.max(at, world.dueAt(payment, at) || at);
  const byOrder = ({ stage }: Change) => ['pending', 'ordered', 'captured'].includes(stage.to);
  const publications: Record<OutgoingCallback['kind'], Move['isPublishedBy']> = {
    status_update: ({ pspStatus }) => pspStatus === word,
    push: byOrder,
    notification: ({ stage }) => stage.to === 'ordered',
    authorization: byOrder,
  };
  const { kind } = callback;
  return { payment, kind, at, due, isPublishedBy: publications[kind], text: `${kind} ${word}` };
}
