import type { OutgoingCallback } from '../../../../emulator/callbacks/outgoing-callback.ts';
import type { CallbackTransport } from '../../../../emulator/callbacks/transport.ts';
import type { RunContext } from '../../deterministic/run-context.ts';

/** Faults for which a callback may be answered 5xx. Races are none. */
const excuses = /^(DynamoDB|crash|function|secret|slow|receiver)/;

/** Delivers callbacks, now and then three to fifteen copies at once, and notes which failed although nothing was wrong. */
export function burstingTransport({ chance, faults }: RunContext, deliver: CallbackTransport['post']) {
  const lostForNothing: { callback: OutgoingCallback; status: number }[] = [];
  const troubles = () =>
    Object.entries(faults.counts).reduce((sum, [kind, count]) => sum + (excuses.test(kind) ? count : 0), 0);
  const isBroken = () => faults.isDown('DynamoDB down') || faults.isDown('receiver down');
  const post: CallbackTransport['post'] = async (callback, timeout) => {
    const payment = callback.url.split('/')[5];
    const copies = faults.strikes('many askers', `${callback.kind} at once`, payment) ? chance.between(3, 15) : 1;
    const before = troubles();
    const broken = isBroken();
    const statuses = await Promise.all(Array.from({ length: copies }, () => deliver(callback, timeout)));
    const failed = statuses.find((status) => typeof status === 'number' && status >= 500);
    if (typeof failed === 'number' && !broken && troubles() === before)
      lostForNothing.push({ callback, status: failed });
    return statuses[0] ?? 'none';
  };
  return { post, lostForNothing };
}
