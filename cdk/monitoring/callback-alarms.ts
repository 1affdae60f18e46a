import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { functionDefinitions } from '../functions/definitions.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { period, type RelayMetric, relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Callbacks that come and are not answered in time, not accepted, or not understood. */
export const callbackAlarms = (parts: MonitoredParts): AlarmDefinitions => ({
  ...apiAlarms(parts),
  ...contentAlarms(parts),
});

const { errorImpact: impact } = functionDefinitions.receiveCallback;

const apiAlarms = ({ relayName, api }: MonitoredParts): AlarmDefinitions => ({
  ApiSlow: {
    metric: api.metricLatency({ statistic: Stats.percentile(99), period }),
    threshold: 1500,
    periods: 3,
    meaning: 'One answer of the API in a hundred takes over 1.5 s, cold starts included; Klarna hangs up after 2 s.',
    impact,
  },
  ApiServerErrors: {
    metric: api.metricServerError({ period }),
    threshold: 3,
    meaning: 'The API answers 5xx: the log of the function behind the route names the cause.',
    impact,
  },
  Throttled: {
    metric: relayMetric(relayName, 'Throttled'),
    threshold: 1,
    meaning: 'The API answered 429 to requests beyond the rate limit: the access log names their route and sender.',
    impact,
  },
});

const contentAlarms = ({ relayName }: MonitoredParts): AlarmDefinitions => {
  const counted = (name: RelayMetric) => ({ metric: relayMetric(relayName, name), threshold: 1 });
  return {
    Forged: {
      ...counted('Forged'),
      meaning: 'Callbacks came without a valid secret: an attacker is guessing, or URLs were minted with another key.',
      impact: 'A guess achieves nothing; but while the key is wrong, no callback of any payment is accepted.',
    },
    Conflicts: {
      ...counted('Conflicts'),
      meaning: 'Klarna contradicts what we know of a payment: a second end, or another session or order.',
      impact:
        'The merchant may ship or refund wrongly. The contradiction is kept and was not applied: compare with Klarna.',
    },
    Unrecognised: {
      ...counted('Unrecognised'),
      meaning: 'Klarna sent a word or a body that this version does not know; the relay stores the report.',
      impact: 'Subscribers do not learn its meaning until the relay is updated.',
    },
    HistoryFull: {
      ...counted('Unpublished'),
      meaning: 'A payment has so many changes that minor ones are no longer published; moves of its stage still are.',
      impact: 'Subscribers miss the minor changes of that one payment.',
    },
    Oversized: {
      ...counted('Oversized'),
      meaning: 'A genuine callback of over 64 KB was refused.',
      impact: 'Its change is missing until the payment is read from Klarna.',
    },
  };
};
