import type { CallbackKind } from '../lambdas/klarna/inbound/callback-url.ts';
import { orderOf } from './merchant.ts';
import { localOf, type Scene, type Stage } from './story.ts';

/** What happens at the emulated Klarna of a local run. */

async function ask(stage: Stage, path: string, body: object): Promise<number> {
  const response = await fetch(`${localOf(stage).klarnaUrl}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  return response.status;
}

type Behaviour = 'arrive' | 'approve' | 'approve_pending' | 'approve_rejected' | 'decline' | 'leave' | 'identity_check';

/** The shopper does this on Klarna's page. */
export const shopper = (tells: string, does: Behaviour, publishes: string[][]): Scene => ({
  who: 'shopper',
  tells,
  does: (stage) => ask(stage, `/shopper/${stage.hpp}`, { does }),
  answer: 200,
  publishes,
});

/** From now on callbacks of this session go this way; `lose` for all kinds unless some are named. */
export const misbehaves = (tells: string, does: 'lose' | 'double' | 'empty', kinds?: CallbackKind[]): Scene => ({
  who: 'Klarna',
  tells,
  does: (stage) => ask(stage, '/control/callbacks', { does, session: stage.hpp, ...(kinds && { kinds }) }),
  answer: 200,
  publishes: [],
});

/**
 * Klarna sends three callbacks for one approval at once, and whichever is first is heard first. Where a story is about what
 * comes after, it leaves two of them out.
 */
export const oneCallback: Scene = misbehaves('will lose two of its three callbacks', 'lose', ['authorization', 'push']);

/** Klarna's risk team decides about the order. */
export const decides = (word: 'accept' | 'reject' | 'stop', publishes: string[][]): Scene => ({
  who: 'Klarna',
  tells: `decides about the risk: ${word}`,
  does: async (stage) => ask(stage, `/control/risk/${await orderOf(stage)}`, { decides: word }),
  answer: 200,
  publishes,
});

/** Klarna answers so when the order is captured next, once. */
export const refusesCapture = (status: number, error_code: string): Scene => ({
  who: 'Klarna',
  tells: `will refuse the next capture: ${error_code}`,
  does: async (stage) => {
    const path = `${await orderOf(stage)}/captures`;
    return ask(stage, '/control/answers', [{ method: 'POST', path, status, error_code }]);
  },
  answer: 200,
  publishes: [],
});

/** The customer token that the shopper granted fails from now on. */
export const tokenFails = (error_code: string): Scene => ({
  who: 'Klarna',
  tells: `will refuse to charge the token: ${error_code}`,
  does: (stage) => ask(stage, `/control/tokens/${stage.hpp}`, { does: 'fail', error_code }),
  answer: 200,
  publishes: [],
});

/** Time passes: what is scheduled is done, and what comes of it is heard. */
export const passes = (tells: string, hours: number, publishes: string[][]): Scene => ({
  who: 'time',
  tells,
  does: async (stage) => {
    await localOf(stage).forward(hours * 3600_000);
    return 200;
  },
  answer: 200,
  publishes,
});
