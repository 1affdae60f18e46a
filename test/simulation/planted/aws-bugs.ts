import type { PlantedBug } from './planted-bug.ts';

/** Bugs in the stores, the outbox, the seal and the secrets. */
export const awsBugs: readonly PlantedBug[] = [
  {
    name: 'a save overwrites what another process saved since',
    file: 'lambdas/aws/store.ts',
    replace: "'version = :read'",
    by: "'version >= :read'",
    seed: 1,
  },
  {
    name: 'two first callbacks open a payment twice',
    file: 'lambdas/aws/store.ts',
    replace: "'attribute_not_exists(id)'",
    by: "'attribute_not_exists(never)'",
    seed: 9,
  },
  {
    name: 'a refused save takes over the newer version number, but not the newer payment',
    file: 'lambdas/aws/store.ts',
    replace: 'stale: held }',
    by: 'stale: held && { ...payment, version: held.version } }',
    seed: 1,
  },
  {
    name: 'the outbox ignores which entries the bus refused',
    file: 'lambdas/aws/bus.ts',
    replace: "(result?.EventId ? '' : (result?.ErrorCode ?? 'Unknown'))",
    by: "(result ? '' : 'Unknown')",
    seed: 6,
  },
  {
    name: 'the outbox goes on after a refused entry',
    file: 'lambdas/aws/outbox.ts',
    replace: 'if (stuck)',
    by: 'if (stuck && batch.at(-1)?.row === rows.at(-1)?.dynamodb?.SequenceNumber)',
    seed: 46,
  },
  {
    name: 'one call publishes several changes of a payment',
    file: 'lambdas/aws/outbox.ts',
    replace: '!last.some(({ change }) => change.paymentId === entry.change.paymentId)',
    by: 'true',
    seed: 17,
  },
  {
    name: 'a token is kept unsealed',
    file: 'lambdas/aws/seal.ts',
    replace: 'sealed: await sealBytes(key, { payment, bytes: new TextEncoder().encode(token) })',
    by: 'sealed: token',
    seed: 2,
  },
  {
    name: "a request is kept with the shopper's name in clear",
    file: 'lambdas/aws/kept-requests.ts',
    replace: '...keyOf({ payment, id }), sealed, expiresAt',
    by: '...keyOf({ payment, id }), sealed, expiresAt, body',
    seed: 1,
  },
  {
    name: 'the key before a rotation is refused',
    file: 'lambdas/aws/secrets.ts',
    replace: '[current, previous, next]',
    by: '[current]',
    seed: 24,
  },
];
