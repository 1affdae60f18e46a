import { awsFaultKinds, awsRates } from './aws-fault-kinds.ts';
import { klarnaFaultKinds } from './klarna-fault-kinds.ts';

/** Everything that goes wrong, by the name under which it is counted and written to the transcript. */
export const faultKinds = [
  'callback lost',
  'callback delayed',
  'callback doubled',
  'callbacks reordered',
  'callback emptied',
  'callback attempt lost',
  'answer to a callback lost',
  'receiver down',
  'request of the merchant lost',
  'answer to the merchant lost',
  'DynamoDB throttles',
  'DynamoDB fails',
  'DynamoDB answer lost',
  'DynamoDB down',
  'write race',
  'index late',
  'secret unreadable',
  'crash before a step',
  'crash after a step',
  'function hangs',
  'event refused',
  'bus fails',
  'bus answer lost',
  'bus down',
  'stream record retried',
  'stream batch bisected',
  'outbox replayed',
  'wake-ups dropped',
  'Klarna answers 429',
  'Klarna answers 5xx',
  'Klarna times out',
  'Klarna answer lost',
  'Klarna down',
  'clock skew',
  'key rotated',
  'slow network',
  ...klarnaFaultKinds,
  ...awsFaultKinds,
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A part that can be down for a while. */
export type Outage =
  | 'receiver down'
  | 'Klarna down'
  | 'DynamoDB down'
  | 'bus down'
  | 'publisher down'
  | 'stream down'
  | 'due tasks down'
  | 'notes down';

/** How often a fault occurs per hundred chances, in a run that has this kind. Kinds without a number are caused by others. */
export const usualRates: Partial<Record<FaultKind, number>> = {
  'callback lost': 20,
  'callback delayed': 15,
  'callback doubled': 15,
  'callbacks reordered': 15,
  'callback emptied': 10,
  'callback attempt lost': 10,
  'answer to a callback lost': 10,
  'request of the merchant lost': 5,
  'answer to the merchant lost': 10,
  'DynamoDB throttles': 4,
  'DynamoDB fails': 2,
  'DynamoDB answer lost': 3,
  'index late': 20,
  'secret unreadable': 15,
  'crash before a step': 0.6,
  'crash after a step': 0.6,
  'event refused': 10,
  'bus fails': 5,
  'bus answer lost': 5,
  'Klarna answers 429': 5,
  'Klarna answers 5xx': 5,
  'Klarna times out': 3,
  'Klarna answer lost': 5,
  'slow network': 2,
  'function hangs': 0.1,
  ...awsRates,
};
