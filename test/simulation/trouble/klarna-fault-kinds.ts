/** What goes wrong at Klarna, at merchants and with shoppers beyond short failures. Most runs have few of these kinds. */
export const klarnaFaultKinds = [
  'endpoint down',
  'gateway page',
  'order not found yet',
  'session not found yet',
  'order read stale',
  'references differ',
  'fields absent',
  'callbacks of a kind lost',
  'executed late',
  'conflict while at work',
  'refused while at work',
  'refused by Klarna',
  'decision after an end',
  'risk stop after capture',
  'rejected order captured',
  'portal move',
  'shop with its own backend',
  'second order',
  'customer token withdrawn',
  'many askers',
  'authorized again',
  'authorization told again',
  'fields in another order',
] as const;
export type KlarnaFaultKind = (typeof klarnaFaultKinds)[number];

/** How often a kind occurs per hundred chances, in a run that has it. Kinds without a number are caused by others. */
export const klarnaRates: Partial<Record<KlarnaFaultKind, number>> = {
  'endpoint down': 100,
  'gateway page': 20,
  'order not found yet': 60,
  'session not found yet': 50,
  'order read stale': 90,
  'references differ': 100,
  'fields absent': 100,
  'callbacks of a kind lost': 100,
  'executed late': 15,
  'refused by Klarna': 50,
  'decision after an end': 70,
  'risk stop after capture': 60,
  'rejected order captured': 70,
  'portal move': 60,
  'shop with its own backend': 100,
  'customer token withdrawn': 50,
  'many askers': 25,
  'authorized again': 90,
  'authorization told again': 60,
  'fields in another order': 50,
};

/** The share of runs in which a kind occurs at all. */
export const klarnaShare = (kind: string): number => shares[kind] ?? 0.15;

const shares: Record<string, number> = { 'endpoint down': 0.3, 'fields absent': 0.25, 'gateway page': 0.1 };
