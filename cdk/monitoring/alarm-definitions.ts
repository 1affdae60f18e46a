import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { attentionAlarms } from './attention-alarms.ts';
import { lossAlarms } from './loss-alarms.ts';
import { period, type RelayMetric, type RelayParts, relayMetric } from './metrics.ts';
import { outboxAlarms } from './outbox-alarms.ts';
import { paymentAlarms } from './payment-alarms.ts';

export type AlarmDefinition = {
  readonly metric: IMetric;
  /** Rings when the metric reaches this. */
  readonly at: number;
  /** How many periods running; one when absent. */
  readonly periods?: number;
  readonly meaning: string;
  readonly impact: string;
};

/** Every way to fail that somebody should be told of. */
export const alarmDefinitions = (parts: RelayParts): Record<string, AlarmDefinition> => ({
  ...doorWarnings(parts),
  ...callbackWarnings(parts),
  ...outboxAlarms(parts),
  ...tableWarnings(parts),
  ...paymentAlarms(parts),
  ...lossAlarms(parts),
  ...attentionAlarms(parts),
});

const doorWarnings = ({ relayName, api, receive }: RelayParts): Record<string, AlarmDefinition> => ({
  ReceiveErrors: {
    metric: receive.lambda.metricErrors({ period }),
    at: 1,
    meaning: 'receiving a callback crashed, ran out of time or could not start',
    impact: receive.errorImpact,
  },
  ReceiveThrottles: {
    metric: receive.lambda.metricThrottles({ period }),
    at: 1,
    meaning: "the account's Lambda concurrency is used up and callbacks are turned away",
    impact: receive.errorImpact,
  },
  ReceiveSlow: {
    metric: api.metricLatency({ statistic: Stats.percentile(99), period }),
    at: 1500,
    periods: 3,
    meaning: 'answers to Klarna near its limit of 2 s, cold starts included',
    impact: receive.errorImpact,
  },
  Throttled: {
    metric: relayMetric(relayName, 'Throttled'),
    at: 1,
    meaning: 'callbacks beyond the rate limit were turned away: raise it, or look in the access log for who floods',
    impact: receive.errorImpact,
  },
  ApiServerErrors: {
    metric: api.metricServerError({ period }),
    at: 3,
    meaning: 'callbacks are answered 5xx: the log of the receiving function names the cause',
    impact: receive.errorImpact,
  },
});

const callbackWarnings = ({ relayName }: RelayParts): Record<string, AlarmDefinition> => {
  const counted = (name: RelayMetric, at = 1) => ({ metric: relayMetric(relayName, name), at });
  return {
    Forged: {
      ...counted('Forged'),
      meaning: 'callbacks without a valid secret: somebody guesses, or URLs were minted with another key',
      impact: 'A guesser gets nowhere; with a wrong key no shop hears of its payments.',
    },
    Conflicts: {
      ...counted('Conflicts'),
      meaning: 'Klarna contradicts what is held of a payment: two ends, or another session or order',
      impact:
        'The merchant may ship or refund the wrong way; the contradiction was kept and not applied: compare with Klarna.',
    },
    Unrecognised: {
      ...counted('Unrecognised'),
      meaning: 'Klarna sends a word or a body that this version does not know; it was kept',
      impact: 'Subscribers do not see what it means until the relay is updated.',
    },
    HistoryFull: {
      ...counted('Unpublished'),
      meaning: 'a payment has so many changes that passing ones are no longer published; moves of its stage still are',
      impact: 'Subscribers miss passing words of that one payment.',
    },
    Oversized: {
      ...counted('Oversized'),
      meaning: 'a genuine callback over 64 KB was refused',
      impact: 'That change of the payment is missing until it is read from Klarna.',
    },
  };
};

const tableWarnings = ({ table, receive }: RelayParts): Record<string, AlarmDefinition> => {
  const operations = [Operation.GET_ITEM, Operation.PUT_ITEM, Operation.QUERY];
  return {
    TableThrottles: {
      metric: table.metricThrottledRequestsForOperations({ operations, period }),
      at: 1,
      meaning: 'DynamoDB throttles reads or writes of payments',
      impact: receive.errorImpact,
    },
    TableErrors: {
      metric: table.metricSystemErrorsForOperations({ operations, period }),
      at: 1,
      meaning: 'DynamoDB fails to read or write payments',
      impact: receive.errorImpact,
    },
  };
};
