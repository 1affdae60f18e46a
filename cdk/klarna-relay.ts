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
import { taskTriggers } from './task-triggers.ts';
import { alarms } from './monitoring/alarms.ts';
import { callbackFunctions } from './callback-functions.ts';
import { changeBus } from './change-bus.ts';
import { dashboard } from './monitoring/dashboard.ts';
import { accountsSecret, callbackSecret, customerTokenKey, sealingKey } from './keys.ts';
import { type MerchantRoute, merchantRoutes } from './merchant-routes.ts';
import { outboxStream } from './outbox-stream.ts';
import { type PaymentFunctions, paymentFunctions } from './payment-functions.ts';
import { paymentsTable } from './payments-table.ts';
import { callbackRoute, relayApi } from './relay-api.ts';
import type { KlarnaRelayProps } from './relay-props.ts';
import { customerTokensTable, progressTable, requestsTable } from './side-tables.ts';

export type { KlarnaRelayProps } from './relay-props.ts';

/** Klarna's callbacks, proven, kept and published as one ordered stream of changes per payment. */
export class KlarnaRelay extends Construct {
  /** Subscribe here: source `klarna-relay`. */
  readonly bus: EventBus;
  readonly table: Table;
  readonly api: HttpApi;
  /** What minted callback URLs start with; no trailing slash. */
  readonly callbackBase: string;
  /** Who mints callback URLs reads this. */
  readonly callbackSecret: Secret;
  /** Klarna's API credentials, by account: to be filled in before payments are created. */
  readonly accountsSecret: Secret;
  /** Who may kms:Decrypt with it opens sealed authorization tokens. */
  readonly sealingKey: Key;
  /** What could not be published, processed or woken: `npx klarna-relay redrive` looks through them. */
  readonly deadLetters: Readonly<Record<'discarded' | 'undeliverable' | 'missedWakeUps', Queue>>;
  readonly functions: Readonly<Record<'receive' | 'publish' | keyof PaymentFunctions, IFunction>>;
  /** Value of the dimension `relay` in the metrics, and name of the bus. */
  readonly relayName: string;
  private readonly merchantRoutes: MerchantRoute[];

  constructor(scope: Construct, id: string, props: KlarnaRelayProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalProtection === false ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const {
      logRetention = RetentionDays.THREE_MONTHS,
      rateLimit = 500,
      burstLimit = 1000,
      merchantRateLimit = 50,
    } = props;
    const { retention = Duration.days(3 * 365), archiveRetention = Duration.days(90) } = props;
    const relayName = Names.uniqueResourceName(this, { maxLength: 64, separator: '-', allowedSpecialCharacters: '-' });
    const { table, key } = paymentsTable(this, removalPolicy);
    const { bus, undeliverable } = changeBus(this, { relayName, archiveRetention, removalPolicy });
    const { api, stage } = relayApi(this, { relayName, logRetention, rateLimit, burstLimit });
    this.callbackSecret = callbackSecret(this, removalPolicy);
    this.accountsSecret = accountsSecret(this, removalPolicy);
    this.sealingKey = sealingKey(this, removalPolicy);
    this.callbackBase = props.publicUrl ?? api.apiEndpoint;
    const sideTables = {
      requests: requestsTable(this, key),
      tokens: customerTokensTable(this, key, removalPolicy),
      progress: progressTable(this, key),
    };

    const { receive, publish } = callbackFunctions(this, {
      relayName,
      logRetention,
      removalPolicy,
      retentionDays: wholeDays(retention),
      payments: table,
      progress: sideTables.progress,
      bus,
      tableKey: key,
      sealingKey: this.sealingKey,
      callbackSecret: this.callbackSecret,
    });
    callbackRoute(api, receive);
    const discarded = outboxStream(this, { table, publish, removalPolicy });

    const paying = paymentFunctions(this, {
      relayName,
      logRetention,
      removalPolicy,
      retentionDays: wholeDays(retention),
      publicUrl: this.callbackBase,
      klarnaApiUrl: props.klarnaApiUrl,
      payments: table,
      ...sideTables,
      bus,
      tableKey: key,
      sealingKey: this.sealingKey,
      customerTokenKey: customerTokenKey(this, removalPolicy),
      callbackSecret: this.callbackSecret,
      accountsSecret: this.accountsSecret,
    });
    const limits = { rateLimit: merchantRateLimit, burstLimit: 2 * merchantRateLimit };
    this.merchantRoutes = merchantRoutes({ api, stage, functions: paying, ...limits });
    const missedWakeUps = taskTriggers(this, { payments: table, advance: paying.advance, removalPolicy });

    this.deadLetters = { discarded, undeliverable, missedWakeUps };
    const parts = { relayName, api, table, ...sideTables, receive, publish, paying, ...this.deadLetters };
    dashboard(this, parts, alarms(new Construct(this, 'Alarms'), parts, props.alarmTopic));
    this.bus = bus;
    this.table = table;
    this.api = api;
    const { create, operate, read, charge, advance } = paying;
    this.functions = {
      receive: receive.lambda,
      publish: publish.lambda,
      create: create.lambda,
      operate: operate.lambda,
      read: read.lambda,
      charge: charge.lambda,
      advance: advance.lambda,
    };
    this.relayName = relayName;
  }

  /** Lets the merchant's own systems create payments, operate on them and charge customer tokens. */
  grantMerchant(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: this.merchantRoutes.map(({ method, path }) =>
        this.api.arnForExecuteApi(method, path.replace(/\{\w+\}/g, '*'), '$default'),
      ),
    });
  }
}

function wholeDays(retention: Duration): number {
  const days = retention.toDays();
  if (days < 7) throw new Error('retention: at least seven days');
  return days;
}
