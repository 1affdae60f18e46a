import { expect, test } from 'vitest';
import type { Behaviour } from '../../emulator/shopper/behaviours.ts';
import { type Journey, journey } from '../support/harness/journey.ts';

const minutes = 60_000;

/** Flows, what their shoppers do, and the stage in which they end. */
const payments: [flow: string, does: Behaviour[], stage: string][] = [
  ['authorize', ['decline', 'approve'], 'ordered'],
  ['capture', ['back', 'approve'], 'captured'],
  ['review', ['approve_pending'], 'pending'],
  ['tokenize', ['approve'], 'authorized'],
  ['buy_and_tokenize', ['error', 'approve'], 'ordered'],
  ['authorize', ['cancel'], 'cancelled'],
];

/** Plays a payment whose callbacks have this fate: its end an hour later, and the sequence of its events. */
async function play(
  journey: Journey,
  [flow, does]: (typeof payments)[number],
  fate: 'usual' | 'lose' | 'double' | 'reorder',
) {
  const { emulated, create, shopper, idle, forward, ask, events } = journey;
  emulated.control.callbacks({ does: fate });
  const { payment, hpp } = await create(flow);
  await shopper(hpp, ...does);
  emulated.control.callbacks({ does: 'send' }); // sends the callbacks that were held back
  await idle();
  await forward(3 * minutes);
  await forward(60 * minutes);
  const { stage, session, money, next_task } = (await ask('GET', `/payments/${payment}`)).body;
  const { status, final } = session as { status: string; final: boolean };
  const { order_amount, captured_amount, fraud_status } = money as Record<string, unknown>;
  const published = events().filter(({ detail }) => (detail as { paymentId: string }).paymentId === payment);
  const sequence = published.map(({ detail }) => (detail as { sequence: number }).sequence);
  const end = {
    stage,
    status,
    final,
    order_amount,
    captured_amount,
    fraud_status,
    next_task: (next_task as { kind: string })?.kind,
  };
  return { end, sequence };
}

journey((relay) => {
  test.each(payments)(
    '%s with %j ends %s, also if its callbacks are lost, doubled or reversed, and publishes each change once',
    async (...payment) => {
      const usual = await play(relay(), payment, 'usual');
      expect(usual.end.stage).toBe(payment[2]);
      for (const fate of ['lose', 'double', 'reorder'] as const) {
        const { end, sequence } = await play(relay(), payment, fate);
        expect(end, fate).toEqual(usual.end);
        expect(sequence, fate).toEqual(sequence.map((_, n) => n + 1));
      }
    },
  );
});
