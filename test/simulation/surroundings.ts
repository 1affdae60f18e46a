import { bus, secret } from './aws.ts';
import { type ItemChange, type MemoryTable, memoryDb } from './dynamodb.ts';
import { type SimulatedKlarna, simulatedKlarna } from './klarna.ts';
import type { Stage } from './lambda.ts';

export const tables = { payments: 'payments', requests: 'requests', tokens: 'tokens', progress: 'progress' } as const;

/** As the template has them (compared in test/simulation/wiring.test.ts). */
export const definitions: (MemoryTable & { name: keyof typeof tables })[] = [
  { name: tables.payments, indexes: { due: { hash: 'dueShard', range: 'dueAt', keysOnly: true } } },
  { name: tables.requests },
  { name: tables.tokens, indexes: { customer: { hash: 'customer', range: 'createdAt' } } },
  { name: tables.progress },
];

/** Where Klarna finds the relay. */
export const base = 'https://relay.example';

/** Everything around the functions, and all that was written anywhere. */
export function surroundings(
  stage: Stage,
  wires: {
    changed: (table: string, change: ItemChange) => void;
    deliver: Parameters<typeof simulatedKlarna>[1]['deliver'];
  },
) {
  const { clock, chance, faults } = stage;
  const texts: string[] = [];
  const written = (text: string) => void texts.push(text);
  const db = memoryDb({
    tables: definitions,
    changed: (table, change) => {
      written(JSON.stringify(change.after ?? {}));
      wires.changed(table, change);
    },
    later: (act) => {
      const late = faults.strikes('index late', 'the index of what is due');
      clock.at(clock.now() + (late ? chance.between(500, 5000) : chance.between(1, 50)), act);
    },
  });
  const keys = { first: chance.uuid().padEnd(40, 'a'), second: chance.uuid().padEnd(40, 'b') };
  const held = secret(stage, { current: keys.first });
  const klarna: SimulatedKlarna = simulatedKlarna(stage, { deliver: wires.deliver });
  return { db, bus: bus(stage), secret: held, keys, klarna, written, texts };
}

export type Surroundings = ReturnType<typeof surroundings>;
