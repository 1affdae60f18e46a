import { Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { attentionMetrics } from './attention-alarms.ts';
import { lostShare } from './loss-alarms.ts';
import { callbacksByOutcome, period, type RelayParts, relayMetric } from './metrics.ts';

/** One screen: what arrives, what goes out, how late, and what is wrong. */
export function dashboard(scope: Construct, parts: RelayParts, alarms: Alarm[]): Dashboard {
  const { relayName, api, receive, publish } = parts;
  const counted = (...names: Parameters<typeof relayMetric>[1][]) => names.map((name) => relayMetric(relayName, name));
  const delay = (statistic: string) => relayMetric(relayName, 'DelayMs', statistic);
  const readDelay = relayMetric(relayName, 'ReadDelayMs', Stats.p(50));
  const age = publish.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period });
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: `${relayName}-${Stack.of(scope).region}`, // dashboards of all regions of an account share their names
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 })],
      [
        graph('Callbacks by kind and outcome', [callbacksByOutcome(relayName)]),
        graph('Published and refused by the bus', counted('Published', 'Refused')),
        graph('Not as they should be', counted('Forged', 'Conflicts', 'Unrecognised', 'Unpublished', 'Oversized')),
      ],
      [
        graph(
          'Sessions, orders, operations',
          counted('SessionsCreated', 'OrdersPlaced', 'Operations', 'OperationsFailed'),
        ),
        graph('Calls to Klarna', counted('KlarnaCalls', 'KlarnaRefusals', 'KlarnaUnavailable')),
        graph('What was owed', counted('TasksDone', 'TasksFailed', 'TasksStuck', 'TokensOpened')),
      ],
      [
        graph('Learned by callback and by reading', counted('LearnedByCallback', 'LearnedByReading')),
        graph('Callbacks that did not come, %', [lostShare(parts)]),
        graph('Somebody should look', counted(...attentionMetrics, 'Republished')),
      ],
      [
        graph("From Klarna's clock to our write, ms", [delay(Stats.p(50)), delay(Stats.p(99)), readDelay]),
        graph('Oldest change when published, ms', [age]),
        graph('Errors', [
          receive.lambda.metricErrors({ period, label: 'receive' }),
          publish.lambda.metricErrors({ period, label: 'publish' }),
          api.metricServerError({ period, label: 'answered 5xx' }),
        ]),
      ],
    ],
  });
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
