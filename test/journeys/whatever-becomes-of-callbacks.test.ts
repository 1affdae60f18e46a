import { expect, test } from 'vitest';
import type { Behaviour } from '../../emulator/shopper/behaviours.ts';
import { type Journey, journey } from '../support/harness/journey.ts';

const minutes = 60_000;

/** Flows, what their shoppers do, and where that ends. */
const roads: [flow: string, does: Behaviour[], stage: string][] = [
  ['authorize', ['decline', 'approve'], 'ordered'],
  ['capture', ['back', 'approve'], 'captured'],
  ['review', ['approve_pending'], 'pending'],
  ['tokenize', ['approve'], 'authorized'],
  ['buy_and_tokenize', ['error', 'approve'], 'ordered'],
  ['authorize', ['cancel'], 'cancelled'],
];

/** How a payment stands once nothing is on its way any more and an hour has passed. */
async function ended(
  journey: Journey,
  [flow, does]: (typeof roads)[number],
  fate: 'usual' | 'lose' | 'double' | 'reorder',
) {
  const { emulated, create, shopper, idle, forward, ask, events } = journey;
  emulated.control.callbacks({ does: fate });
  const { payment, hpp } = await create(flow);
  await shopper(hpp, ...does);
  emulated.control.callbacks({ does: 'send' }); // what was held back goes out
  await idle();
  await forward(3 * minutes);
  await forward(60 * minutes);
  const { stage, session, money, next_task } = (await ask('GET', `/payments/${payment}`)).body;
  const { status, final } = session as { status: string; final: boolean };
  const { order_amount, captured_amount, fraud_status } = money as Record<string, unknown>;
  const told = events().filter(({ detail }) => (detail as { paymentId: string }).paymentId === payment);
  const sequence = told.map(({ detail }) => (detail as { sequence: number }).sequence);
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
  test.each(roads)(
    '%s, %j ends %s: lost, doubled or in reverse, the end is the same, and nothing is told twice',
    async (...road) => {
      const usual = await ended(relay(), road, 'usual');
      expect(usual.end.stage).toBe(road[2]);
      for (const fate of ['lose', 'double', 'reorder'] as const) {
        const { end, sequence } = await ended(relay(), road, fate);
        expect(end, fate).toEqual(usual.end);
        expect(sequence, fate).toEqual(sequence.map((_, n) => n + 1));
      }
    },
  );
});
