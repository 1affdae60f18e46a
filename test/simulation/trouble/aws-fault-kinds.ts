/** What goes wrong at AWS and at the subscribers for longer than a retry, by the name under which it is counted. */
export const awsFaultKinds = [
  'publisher down',
  'stream down',
  'due tasks down',
  'notes down',
  'row given up',
  'note lost',
  'clocks differ',
  'schedule fires twice',
  'item expired',
  'payment id comes back',
  'restored',
  'newer version saved',
  'unknown stage saved',
  'many callbacks at once',
  'large basket',
  'event delivered twice',
  'event delivered late',
  'event undeliverable',
  'queue down',
  'subscriber down',
  'subscriber joins late',
  'message redelivered',
  'message dead-lettered',
  'changes replayed',
] as const;

/** How often they occur per hundred chances, in a run that has this kind. Those without a number are incidents. */
export const awsRates = {
  'schedule fires twice': 15,
  'event delivered twice': 10,
  'event delivered late': 10,
} as const;
