import { simulatedBus } from '../aws/bus.ts';
import { simulatedSecret } from '../aws/callback-secret.ts';
import { type MemoryItemChange, memoryDb } from '../aws/dynamodb.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { type DeliverCallback, type SimulatedKlarna, simulatedKlarna } from '../klarna/simulated-klarna.ts';
import { tableDefinitions } from './template-settings.ts';

/** The public URL of the relay. */
export const publicUrl = 'https://relay.example';

type Connections = {
  onChange: (table: string, change: MemoryItemChange) => void;
  deliverCallback: DeliverCallback;
};

/** Everything that the functions talk to, and every text that they wrote anywhere. */
export function newSurroundings(run: RunContext, { onChange, deliverCallback }: Connections) {
  const { clock, chance, faults } = run;
  const texts: string[] = [];
  const keepText = (text: string) => void texts.push(text);
  const db = memoryDb({
    tables: tableDefinitions,
    onChange: (table, change) => {
      keepText(JSON.stringify(change.after ?? {}));
      onChange(table, change);
    },
    updateIndex: (update) => {
      const isLate = faults.strikes('index late', 'the index of due payments');
      clock.at(clock.now() + (isLate ? chance.between(500, 5000) : chance.between(1, 50)), update);
    },
  });
  const callbackKeys = { first: chance.uuid().padEnd(40, 'a'), second: chance.uuid().padEnd(40, 'b') };
  const secret = simulatedSecret(run, { current: callbackKeys.first });
  const klarna: SimulatedKlarna = simulatedKlarna(run, deliverCallback);
  let restoredAt: string | undefined;
  return {
    db,
    bus: simulatedBus(run),
    secret,
    callbackKeys,
    klarna,
    keepText,
    texts,
    /** When the payments table was last restored: functions get this time as RESTORED_AT in their environment from then on. */
    restoredAt: () => restoredAt,
    restored: (at: string) => {
      restoredAt = at;
    },
  };
}

export type Surroundings = ReturnType<typeof newSurroundings>;
