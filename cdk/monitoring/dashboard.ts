import { Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { functionDefinitions } from '../functions/definitions.ts';
import { functionNames } from '../functions/relay-functions.ts';
import { lostShare } from './loss-alarms.ts';
import { attentionMetrics, callbacksByOutcome, period, type RelayMetric, relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** One screen: callbacks, changes, tasks, delays, and everything that is wrong. */
export function addDashboard(scope: Construct, parts: MonitoredParts, alarms: Alarm[]): Dashboard {
  const { relayName, functions } = parts;
  const counted = (...names: RelayMetric[]) => names.map((name) => relayMetric(relayName, name));
  const delay = (statistic: string) => relayMetric(relayName, 'DelayMs', statistic);
  const readDelay = relayMetric(relayName, 'ReadDelayMs', Stats.p(50));
  const age = functions.publishChanges.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period });
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: `${relayName}-${Stack.of(scope).region}`, // all regions of an account share the names of dashboards
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 })],
      [
        graph('Callbacks by kind and outcome', [callbacksByOutcome(relayName)]),
        graph('Changes published, and refused by the bus', counted('Published', 'Refused')),
        graph('Exceptional callbacks', counted('Forged', 'Conflicts', 'Unrecognised', 'Unpublished', 'Oversized')),
      ],
      [
        graph(
          'Sessions, orders, operations',
          counted('SessionsCreated', 'OrdersPlaced', 'Operations', 'OperationsFailed'),
        ),
        graph('Calls to Klarna', counted('KlarnaCalls', 'KlarnaRefusals', 'KlarnaUnavailable')),
        graph('Due tasks, tokens opened', counted('TasksDone', 'TasksFailed', 'TasksStuck', 'TokensOpened')),
      ],
      [
        graph('Changes learned by callback and by reading', counted('LearnedByCallback', 'LearnedByReading')),
        graph('Changes whose callback did not come, %', [lostShare(parts)]),
        graph('Attention needed, republished', counted(...attentionMetrics, 'Republished')),
      ],
      [
        graph("From Klarna's clock to our write, ms", [delay(Stats.p(50)), delay(Stats.p(99)), readDelay]),
        graph('Age of the oldest change when published, ms', [age]),
        graph('Errors', errors(parts)),
      ],
    ],
  });
}

const errors = ({ api, functions }: MonitoredParts): IMetric[] => [
  ...functionNames.map((name) =>
    functions[name].lambda.metricErrors({ period, label: functionDefinitions[name].handler }),
  ),
  api.metricServerError({ period, label: 'answered 5xx' }),
];

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
