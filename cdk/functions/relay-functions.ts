import type { RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Access, type AccessKind, accessTo, type FunctionResources } from './access.ts';
import { type FunctionDefinition, type FunctionName, functionDefinitions } from './definitions.ts';
import { type RelayFunction, relayFunction } from './relay-function.ts';
import { allowTableKey } from './table-key.ts';

export type RelayFunctions = Readonly<Record<FunctionName, RelayFunction>>;

type RelayFunctionsProps = {
  readonly relayName: string;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly resources: FunctionResources;
};

/** Builds every function of definitions.ts with the access that it has there. */
export function relayFunctions(scope: Construct, props: RelayFunctionsProps): RelayFunctions {
  const { relayName, resources, ...settings } = props;
  const known: Record<AccessKind, Access> = accessTo(resources);
  return perFunction((name) => {
    const definition: FunctionDefinition = functionDefinitions[name];
    const granted = definition.access.map((kind) => known[kind]);
    const variables = granted.flatMap(({ environment = {} }) => Object.entries(environment));
    const environment = { RELAY_NAME: relayName, ...Object.fromEntries(variables) };
    const built = relayFunction(scope, constructId(name), { ...settings, ...definition, environment });
    for (const { rights } of granted) rights.forEach(built.allow);
    allowTableKey(built, resources.tableKey, granted.some(({ tableKey }) => tableKey === 'write') ? 'write' : 'read');
    return built;
  });
}

/** One value for each function, under its name. */
export const perFunction = <Value>(make: (name: FunctionName) => Value): Readonly<Record<FunctionName, Value>> =>
  Object.fromEntries(functionNames.map((name) => [name, make(name)])) as Record<FunctionName, Value>;

export const functionNames = Object.keys(functionDefinitions) as FunctionName[];

export const constructId = (name: FunctionName) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
