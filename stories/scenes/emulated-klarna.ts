import type { CallbackKind } from '../../lambdas/klarna/inbound/callback-url.ts';
import type { ChangeRow } from '../change-row.ts';
import { localControls, type Scene, type StoryRun } from '../story.ts';
import { readOrderId } from './merchant.ts';

async function control(run: StoryRun, path: string, body: object): Promise<number> {
  const response = await fetch(`${localControls(run).klarnaUrl}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  return response.status;
}

/** One of the emulator's behaviours of a shopper; it refuses those that it does not know. */
type ShopperStep =
  | 'arrive'
  | 'approve'
  | 'approve_pending'
  | 'approve_rejected'
  | 'decline'
  | 'leave'
  | 'identity_check';

/** The shopper does something on Klarna's page. */
export const shopper = (action: string, does: ShopperStep, publishes: ChangeRow[]): Scene => ({
  actor: 'shopper',
  action,
  act: (run) => control(run, `/shopper/${run.hostedSession}`, { does }),
  answer: 200,
  publishes,
});

const klarna = (action: string, act: Scene['act'], publishes: ChangeRow[] = []): Scene => ({
  actor: 'Klarna',
  action,
  act,
  answer: 200,
  publishes,
});

/** From now on this happens to the callbacks of the session, of all kinds by default. */
export const sendsCallbacks = (action: string, does: 'lose' | 'double' | 'empty', kinds?: CallbackKind[]): Scene =>
  klarna(action, (run) =>
    control(run, '/control/callbacks', { does, session: run.hostedSession, ...(kinds && { kinds }) }),
  );

/**
 * Klarna sends three callbacks at once for one approval, which arrive in any order. A story about later events leaves
 * two of them out, so that its changes come in one order.
 */
export const losesTwoCallbacks: Scene = sendsCallbacks('loses two of its three callbacks', 'lose', [
  'authorization',
  'push',
]);

/** Klarna's risk team decides about the order. */
export const decidesRisk = (decides: 'accept' | 'reject' | 'stop', publishes: ChangeRow[]): Scene =>
  klarna(
    `decides about the risk: ${decides}`,
    async (run) => control(run, `/control/risk/${await readOrderId(run)}`, { decides }),
    publishes,
  );

/** Klarna refuses the next capture of the order, once. */
export const refusesCapture = (status: number, error_code: string): Scene =>
  klarna(`will refuse the next capture: ${error_code}`, async (run) => {
    const path = `${await readOrderId(run)}/captures`;
    return control(run, '/control/answers', [{ method: 'POST', path, status, error_code }]);
  });

/** From now on Klarna refuses to charge the customer token that the shopper granted. */
export const refusesToken = (error_code: string): Scene =>
  klarna(`will refuse the token: ${error_code}`, (run) =>
    control(run, `/control/tokens/${run.hostedSession}`, { does: 'fail', error_code }),
  );

/** Hours at a time: a relay that slept for longer could not tell how a session ended. */
const step = 23;

/** The clock moves forward, and everything that falls due is done. */
export const timePasses = (action: string, hours: number, publishes: ChangeRow[]): Scene => ({
  actor: 'time',
  action,
  act: async (run) => {
    const { forward } = localControls(run);
    for (let left = hours; left > 0; left -= step) await forward(Math.min(left, step) * 3600_000);
    return 200;
  },
  answer: 200,
  publishes,
});
