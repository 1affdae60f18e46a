import { type FunctionDefinition, type FunctionName, functionDefinitions } from '../functions/definitions.ts';
import { constructId, functionNames } from '../functions/relay-functions.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { period } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Errors and throttling of each function. */
export const functionAlarms = ({ functions }: MonitoredParts): AlarmDefinitions =>
  Object.fromEntries(functionNames.flatMap((name) => Object.entries(alarmsOf(name, functions))));

function alarmsOf(name: FunctionName, functions: MonitoredParts['functions']): AlarmDefinitions {
  const { lambda } = functions[name];
  const {
    purpose,
    whileThrottled,
    throttledPeriods = 3,
    errorImpact: impact,
  }: FunctionDefinition = functionDefinitions[name];
  return {
    [`${constructId(name)}Errors`]: {
      metric: lambda.metricErrors({ period }),
      threshold: 1,
      meaning: `The function that ${purpose} crashed, timed out or could not start.`,
      impact,
    },
    [`${constructId(name)}Throttles`]: {
      metric: lambda.metricThrottles({ period }),
      threshold: 1,
      periods: throttledPeriods,
      meaning: `The account has no Lambda concurrency left for the function that ${purpose}: ${whileThrottled}.`,
      impact,
    },
  };
}
