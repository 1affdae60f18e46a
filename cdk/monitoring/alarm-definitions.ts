import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { attentionWarnings } from './attention-alarms.ts';
import { lossWarnings } from './loss-alarms.ts';
import { period, type RelayMetric, type RelayParts, relayMetric } from './metrics.ts';
import { outboxWarnings } from './outbox-alarms.ts';
import { payingWarnings } from './payment-alarms.ts';

export type Warning = {
  readonly metric: IMetric;
  /** Rings when the metric reaches this. */
  readonly at: number;
  /** How many periods running; one when absent. */
  readonly periods?: number;
  readonly means: string;
  readonly hurts: string;
};

/** Every way to fail that somebody should be told of. */
export const warnings = (parts: RelayParts): Record<string, Warning> => ({
  ...doorWarnings(parts),
  ...callbackWarnings(parts),
  ...outboxWarnings(parts),
  ...tableWarnings(parts),
  ...payingWarnings(parts),
  ...lossWarnings(parts),
  ...attentionWarnings(parts),
});

const doorWarnings = ({ relayName, api, receive }: RelayParts): Record<string, Warning> => ({
  ReceiveErrors: {
    metric: receive.lambda.metricErrors({ period }),
    at: 1,
    means: 'receiving a callback crashed, ran out of time or could not start',
    hurts: receive.errorImpact,
  },
  ReceiveThrottles: {
    metric: receive.lambda.metricThrottles({ period }),
    at: 1,
    means: "the account's Lambda concurrency is used up and callbacks are turned away",
    hurts: receive.errorImpact,
  },
  ReceiveSlow: {
    metric: api.metricLatency({ statistic: Stats.percentile(99), period }),
    at: 1500,
    periods: 3,
    means: 'answers to Klarna near its limit of 2 s, cold starts included',
    hurts: receive.errorImpact,
  },
  TurnedAway: {
    metric: relayMetric(relayName, 'TurnedAway'),
    at: 1,
    means: 'callbacks beyond the rate limit were turned away: raise it, or look in the access log for who floods',
    hurts: receive.errorImpact,
  },
  ApiServerErrors: {
    metric: api.metricServerError({ period }),
    at: 3,
    means: 'callbacks are answered 5xx: the log of the receiving function names the cause',
    hurts: receive.errorImpact,
  },
});

const callbackWarnings = ({ relayName }: RelayParts): Record<string, Warning> => {
  const counted = (name: RelayMetric, at = 1) => ({ metric: relayMetric(relayName, name), at });
  return {
    Forged: {
      ...counted('Forged'),
      means: 'callbacks without a valid secret: somebody guesses, or URLs were minted with another key',
      hurts: 'A guesser gets nowhere; with a wrong key no shop hears of its payments.',
    },
    Conflicts: {
      ...counted('Conflicts'),
      means: 'Klarna contradicts what is held of a payment: two ends, or another session or order',
      hurts:
        'The merchant may ship or refund the wrong way; the contradiction was kept and not applied: compare with Klarna.',
    },
    Unrecognised: {
      ...counted('Unrecognised'),
      means: 'Klarna sends a word or a body that this version does not know; it was kept',
      hurts: 'Subscribers do not see what it means until the relay is updated.',
    },
    HistoryFull: {
      ...counted('Unpublished'),
      means: 'a payment has so many changes that passing ones are no longer published; moves of its stage still are',
      hurts: 'Subscribers miss passing words of that one payment.',
    },
    Oversized: {
      ...counted('Oversized'),
      means: 'a genuine callback over 64 KB was refused',
      hurts: 'That change of the payment is missing until it is read from Klarna.',
    },
  };
};

const tableWarnings = ({ table, receive }: RelayParts): Record<string, Warning> => {
  const operations = [Operation.GET_ITEM, Operation.PUT_ITEM, Operation.QUERY];
  return {
    TableThrottles: {
      metric: table.metricThrottledRequestsForOperations({ operations, period }),
      at: 1,
      means: 'DynamoDB throttles reads or writes of payments',
      hurts: receive.errorImpact,
    },
    TableErrors: {
      metric: table.metricSystemErrorsForOperations({ operations, period }),
      at: 1,
      means: 'DynamoDB fails to read or write payments',
      hurts: receive.errorImpact,
    },
  };
};
