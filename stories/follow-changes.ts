import { setTimeout as pause } from 'node:timers/promises';
import type { BusEvent } from './bus-event.ts';
import { type ChangeRow, changedPayment, changeRow } from './change-row.ts';
import type { StoryRun } from './story.ts';

/** How long an event may take from the bus of the local run to us, milliseconds. */
const deliveryMs = 1000;

/**
 * Follows the changes of a run's payments. A scene may add a payment after its first changes have arrived, so events of
 * other payments are kept and looked at again.
 */
export async function followChanges(run: StoryRun, onChange: (event: BusEvent) => void) {
  const { local } = run.target;
  const isOurs = (event: BusEvent) => run.payments.includes(changedPayment(event));
  let others: BusEvent[] = [];
  let count = 0;
  let wake = () => {};
  const takeOurs = () => {
    const ours = others.filter(isOurs);
    others = others.filter((event) => !isOurs(event));
    count += ours.length;
    for (const event of ours) onChange(event);
  };
  const stopping = new AbortController();
  await local?.follow((event) => {
    others.push(event);
    wake();
  }, stopping.signal);
  return {
    /** Resolves after that many changes, or when the run is idle without them. */
    atLeast: async (wanted: number) => {
      if (!local) return;
      const idle = local.idle().then(() => pause(deliveryMs, 'idle' as const, { ref: false }));
      for (takeOurs(); count < wanted; takeOurs()) {
        const more = new Promise<'more'>((resolve) => {
          wake = () => resolve('more');
        });
        if ((await Promise.race([idle, more])) === 'idle') return;
      }
    },
    /** All published changes once the run is idle; undefined where they cannot be read. */
    all: async (): Promise<ChangeRow[] | undefined> => {
      await local?.idle();
      const events = await local?.events();
      return events?.filter(isOurs).map(changeRow);
    },
    stop: () => stopping.abort(),
  };
}
