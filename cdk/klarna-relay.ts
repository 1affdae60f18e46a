import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { advanceTriggers } from './advance-triggers.ts';
import { alarms } from './alarms.ts';
import { changeBus } from './change-bus.ts';
import { dashboard } from './dashboard.ts';
import { accountsSecret, callbackSecret, customerTokenKey, sealingKey } from './keys.ts';
import { merchantRoutes } from './merchant-routes.ts';
import { outboxStream } from './outbox-stream.ts';
import { type PayingFunctions, payingFunctions } from './paying-functions.ts';
import { allowThroughDynamoDb, keyUse, paymentsTable } from './payments-table.ts';
import { callbackRoute, relayApi } from './relay-api.ts';
import { type RelayFunctionProps, relayFunction } from './relay-function.ts';
import { customerTokensTable, requestsTable } from './side-tables.ts';

export type KlarnaRelayProps = {
  /**
   * How long a payment is kept after its last change; whole days, seven at least: Klarna repeats itself for two,
   * and a payment that was forgotten would begin again at sequence 1.
   * @default Duration.days(1095) - three years, as long as Klarna itself shows an order
   */
  readonly retention?: Duration;
  /**
   * How long published changes can be replayed from the bus's archive.
   * @default Duration.days(90)
   */
  readonly archiveRetention?: Duration;
  /**
   * How long logs of functions and of access are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Where alarms are sent. An encrypted topic must let CloudWatch use its key.
   * @default - alarms show in CloudWatch and on the dashboard, and call nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * Callbacks a second; beyond it API Gateway answers 429. Klarna sends about five per payment.
   * @default 500
   */
  readonly rateLimit?: number;
  /**
   * Callbacks at once above the rate.
   * @default 1000
   */
  readonly burstLimit?: number;
  /**
   * Requests a second on each route that the merchant's own systems call; twice as many at once.
   * @default 50
   */
  readonly merchantRateLimit?: number;
  /**
   * Where the API is reached from outside, without a trailing slash, when it has a domain of its own.
   * @default - the API's own endpoint
   */
  readonly publicUrl?: string;
  /**
   * Another Klarna than Klarna's own hosts, for tests of a whole deployment.
   * @default - the host of each account's region and environment
   */
  readonly klarnaApiUrl?: string;
  /**
   * Whether payments, keys, callback secret and the functions' logs outlive the stack. False deletes all of them with it.
   * @default true - they stay, and the table refuses to be deleted
   */
  readonly removalProtection?: boolean;
};

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
  readonly functions: Readonly<Record<'receive' | 'publish' | keyof PayingFunctions, IFunction>>;
  /** Value of the dimension `relay` in the metrics, and name of the bus. */
  readonly relayName: string;
  private readonly merchantRoutes: HttpRoute[];

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

    const receive = relayFunction(this, 'Receive', {
      ...receiving,
      environment: {
        TABLE_NAME: table.tableName,
        CALLBACK_SECRET_ARN: this.callbackSecret.secretArn,
        SEALING_KEY_ARN: this.sealingKey.keyArn,
        RETENTION_DAYS: String(wholeDays(retention)),
        RELAY_NAME: relayName,
      },
      logRetention,
      removalPolicy,
    });
    receive.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn);
    receive.allow(['secretsmanager:GetSecretValue'], this.callbackSecret.secretArn);
    receive.allow(['kms:GetPublicKey'], this.sealingKey.keyArn);
    allowThroughDynamoDb(receive, key, [...keyUse.read, ...keyUse.write]);
    callbackRoute(api, receive);

    const publish = relayFunction(this, 'Publish', {
      ...publishing,
      environment: { BUS_NAME: bus.eventBusName, RELAY_NAME: relayName },
      logRetention,
      removalPolicy,
    });
    publish.allow(['events:PutEvents'], bus.eventBusArn);
    allowThroughDynamoDb(publish, key, keyUse.read);
    const givenUp = outboxStream(this, { table, publish, removalPolicy });

    const sideTables = {
      requests: requestsTable(this, key),
      tokens: customerTokensTable(this, key, removalPolicy),
    };
    const paying = payingFunctions(this, {
      relayName,
      logRetention,
      removalPolicy,
      retentionDays: wholeDays(retention),
      publicUrl: this.callbackBase,
      klarnaApiUrl: props.klarnaApiUrl,
      payments: table,
      ...sideTables,
      tableKey: key,
      sealingKey: this.sealingKey,
      customerTokenKey: customerTokenKey(this, removalPolicy),
      callbackSecret: this.callbackSecret,
      accountsSecret: this.accountsSecret,
    });
    const limits = { rateLimit: merchantRateLimit, burstLimit: 2 * merchantRateLimit };
    this.merchantRoutes = merchantRoutes({ api, stage, functions: paying, ...limits });
    const missedWakeUps = advanceTriggers(this, { payments: table, advance: paying.advance, removalPolicy });

    const queues = { givenUp, undeliverable, missedWakeUps };
    const parts = { relayName, api, table, ...sideTables, receive, publish, paying, ...queues };
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
    for (const route of this.merchantRoutes) route.grantInvoke(grantee);
  }
}

type Trade = Pick<RelayFunctionProps, 'handler' | 'errorImpact' | 'timeout' | 'memorySize'>;

const receiving: Trade = {
  handler: 'receive-callback',
  errorImpact:
    'Klarna tries a callback again for some seconds and then never more: shoppers have paid or given up, and the merchant does not know.',
  timeout: Duration.seconds(5), // Klarna hangs up after 2
  memorySize: 1024, // for its share of CPU: cold starts count against those 2 s
};

const publishing: Trade = {
  handler: 'publish-changes',
  errorImpact: 'Subscribers hear of payments late: orders are shipped, or given up, too late. Nothing is lost yet.',
  timeout: Duration.seconds(60),
  memorySize: 512,
};

function wholeDays(retention: Duration): number {
  const days = retention.toDays();
  if (days < 7) throw new Error('retention: at least seven days');
  return days;
}
