import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { RelayFunctions } from '../functions/relay-functions.ts';

/** The parts of the relay that alarms and dashboard watch. */
export type MonitoredParts = {
  readonly relayName: string;
  readonly api: HttpApi;
  readonly tables: Readonly<Record<'payments' | 'requests' | 'tokens' | 'progress', Table>>;
  readonly functions: RelayFunctions;
  readonly deadLetters: Readonly<Record<'discarded' | 'undeliverable' | 'missedWakeUps', Queue>>;
};
