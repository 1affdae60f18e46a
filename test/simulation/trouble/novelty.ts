export type Stored = Record<string, unknown> & {
  id: string;
  incarnation: string;
  version: number;
  stage: string;
  facts: Record<string, unknown>;
  operations: Record<string, unknown>[];
  changes: (Record<string, unknown> & { id: string; sequence: number })[];
};

/** Parts of an item that a newer version saved and this one does not know. */
export type Novelty = { payment: string; operations: string[]; stage?: string };

const novelty = 'kept for the newer version';

/** A stage that a newer version knows, behind all stages of this one. */
export const newStage = 'settled';

/** The item as the newer version saves it; `isStaged` moves it, after its last change, to a stage that only that version knows. */
export function asSaved(stored: Stored, isStaged: boolean): Stored {
  const { id, incarnation, version, facts, operations, changes, stage } = stored;
  const last = changes.at(-1);
  const sequence = changes.length + 1;
  const moved = {
    id: `${id}.${incarnation}.${sequence}`,
    incarnation,
    sequence,
    stage: { from: stage, to: newStage },
    novelty,
  };
  const { operation, attention, ...move } = { operation: undefined, attention: undefined, ...last };
  return {
    ...stored,
    version: version + 1,
    novelty,
    facts: { ...facts, novelty },
    operations: operations.map((operation) => ({ ...operation, novelty })),
    ...(isStaged && last && { stage: newStage, changes: [...changes, { ...move, ...moved }] }),
  };
}

/** The first part that an item no longer holds; undefined when it holds everything. */
export function missingNovelty(item: object, { operations, stage }: Novelty): string | undefined {
  const held: Partial<Stored> = item;
  if (held.novelty !== novelty) return 'the unknown field';
  if (held.facts?.novelty !== novelty) return 'the unknown fact';
  const known = held.operations?.filter(({ id }) => operations.includes(String(id))) ?? [];
  if (!known.every((operation) => operation.novelty === novelty)) return 'the unknown attribute of an operation';
  return stage && held.stage !== stage ? `the unknown stage (it is ${held.stage})` : undefined;
}
