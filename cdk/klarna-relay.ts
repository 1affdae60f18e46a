import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { changeBus } from './change-bus.ts';
import type { FunctionName } from './functions/definitions.ts';
import { perFunction, relayFunctions } from './functions/relay-functions.ts';
import { accountsSecret, callbackSecret, customerTokenKeyPair, sealingKeyPair } from './keys.ts';
import { addMerchantRoutes, merchantRoutes } from './merchant-routes.ts';
import { addAlarms } from './monitoring/alarms.ts';
import { addDashboard } from './monitoring/dashboard.ts';
import { outboxStream } from './outbox-stream.ts';
import { paymentsTable } from './payments-table.ts';
import { callbackRoute, relayApi } from './relay-api.ts';
import type { KlarnaRelayProps } from './relay-props.ts';
import { customerTokensTable, progressTable, requestsTable } from './side-tables.ts';
import { taskTriggers } from './task-triggers.ts';

export type { KlarnaRelayProps } from './relay-props.ts';

/** Receives Klarna's callbacks, proves and keeps them, and publishes one ordered stream of changes per payment. */
export class KlarnaRelay extends Construct {
  /** Subscribe here; the source of its events is `klarna-relay`. */
  readonly bus: EventBus;
  /** The payments. */
  readonly table: Table;
  readonly api: HttpApi;
  /** Callback URLs start with this; no trailing slash. */
  readonly callbackBase: string;
  /** Holds the key that mints callback URLs. */
  readonly callbackSecret: Secret;
  /** Klarna's API credentials, by account. Fill them in before you create payments. */
  readonly accountsSecret: Secret;
  /** kms:Decrypt with this key opens sealed authorization tokens and requests. */
  readonly sealingKey: Key;
  /** Rows, changes and wake-ups that AWS could not deliver; `npx klarna-relay redrive` examines them. */
  readonly deadLetters: Readonly<Record<'discarded' | 'undeliverable' | 'missedWakeUps', Queue>>;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** The name of the bus, and the value of the dimension `relay` of the metrics. */
  readonly relayName: string;

  constructor(scope: Construct, id: string, props: KlarnaRelayProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalProtection === false ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const { logRetention = RetentionDays.THREE_MONTHS, archiveRetention = Duration.days(90) } = props;
    const { retention = Duration.days(3 * 365), klarnaApiUrl, restoredAt } = props;
    const { rateLimit = 500, burstLimit = 1000, merchantRateLimit = 50 } = props;
    this.relayName = Names.uniqueResourceName(this, { maxLength: 64, separator: '-', allowedSpecialCharacters: '-' });
    const { relayName } = this;

    const { table: payments, key: tableKey } = paymentsTable(this, removalPolicy);
    const { bus, undeliverable } = changeBus(this, { relayName, archiveRetention, removalPolicy });
    const { api, stage } = relayApi(this, { relayName, logRetention, rateLimit, burstLimit });
    this.bus = bus;
    this.table = payments;
    this.api = api;
    this.callbackBase = props.publicUrl ?? api.apiEndpoint;
    this.callbackSecret = callbackSecret(this, removalPolicy);
    this.accountsSecret = accountsSecret(this, removalPolicy);
    this.sealingKey = sealingKeyPair(this, removalPolicy);
    const tables = {
      payments,
      requests: requestsTable(this, tableKey),
      tokens: customerTokensTable(this, tableKey, removalPolicy),
      progress: progressTable(this, tableKey),
    };

    const functions = relayFunctions(this, {
      relayName,
      logRetention,
      removalPolicy,
      resources: {
        ...tables,
        bus,
        tableKey,
        sealingKey: this.sealingKey,
        customerTokenKey: customerTokenKeyPair(this, removalPolicy),
        callbackSecret: this.callbackSecret,
        accountsSecret: this.accountsSecret,
        retentionDays: wholeDays(retention),
        restoredAt: restoredAt && utcTime(restoredAt),
        publicUrl: this.callbackBase,
        klarnaApiUrl,
      },
    });
    this.functions = perFunction((name) => functions[name].lambda);
    callbackRoute(api, functions.receiveCallback);
    const merchantLimits = { rateLimit: merchantRateLimit, burstLimit: 2 * merchantRateLimit };
    addMerchantRoutes({ api, stage, functions, ...merchantLimits });
    this.deadLetters = {
      discarded: outboxStream(this, { payments, publishChanges: functions.publishChanges, removalPolicy }),
      undeliverable,
      missedWakeUps: taskTriggers(this, { payments, runDueTasks: functions.runDueTasks, removalPolicy }),
    };

    const monitored = { relayName, api, tables, functions, deadLetters: this.deadLetters };
    addDashboard(this, monitored, addAlarms(new Construct(this, 'Alarms'), monitored, props.alarmTopic));
  }

  /** Allows the merchant's own systems to create payments, operate on them and charge customer tokens. */
  grantMerchant(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: merchantRoutes.map(({ method, path }) =>
        this.api.arnForExecuteApi(method, path.replace(/\{\w+\}/g, '*'), '$default'),
      ),
    });
  }
}

/** Captured on the last of 28 days, refunded on the last of 180, and a callback that Klarna repeats for two. */
const leastRetention = 28 + 180 + 2;

function wholeDays(retention: Duration): number {
  const days = retention.toDays();
  if (days < leastRetention)
    throw new Error(`retention: at least ${leastRetention} days, so that refunds are possible`);
  return days;
}

function utcTime(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new Error(`restoredAt: like 2026-11-28T10:00:00Z, not ${text}`);
  return text;
}
