import type { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

export type KlarnaRelayProps = {
  /**
   * How long a payment is kept after its last change and its last task: whole days, at least 210. An order may be
   * captured for 28 days and a capture refunded for 180, and Klarna repeats callbacks for two. A report about a deleted
   * payment would start that payment again, in another incarnation.
   * @default Duration.days(1095) - three years, as long as Klarna itself shows an order
   */
  readonly retention?: Duration;
  /**
   * When the table of payments was restored from a backup: a time in ISO 8601, UTC, such as `2026-11-28T10:00:00Z`.
   * Payments that are older begin a new incarnation with their next change; docs/operations.md says when to set it.
   * @default - the table was never restored
   */
  readonly restoredAt?: string;
  /**
   * How long published changes can be replayed from the archive of the bus.
   * @default Duration.days(90)
   */
  readonly archiveRetention?: Duration;
  /**
   * How long the logs of functions and the access log are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Receives every alarm. If the topic is encrypted, its key must allow CloudWatch to use it.
   * @default - alarms only show in CloudWatch and on the dashboard
   */
  readonly alarmTopic?: ITopic;
  /**
   * Callbacks a second; API Gateway answers 429 to the rest. Klarna sends about five callbacks per payment.
   * @default 500
   */
  readonly rateLimit?: number;
  /**
   * Callbacks at once beyond the rate.
   * @default 1000
   */
  readonly burstLimit?: number;
  /**
   * Requests a second on each route that the merchant's own systems call. Twice as many may come at once.
   * @default 50
   */
  readonly merchantRateLimit?: number;
  /**
   * The public URL of the API, without a trailing slash, when it has a domain of its own.
   * @default - the API's own endpoint
   */
  readonly publicUrl?: string;
  /**
   * Calls this URL instead of Klarna's hosts, to test a whole deployment.
   * @default - the host of each account's region and environment
   */
  readonly klarnaApiUrl?: string;
  /**
   * Whether payments, keys, secrets and the functions' logs outlive the stack. If false, all of them are deleted with
   * it.
   * @default true - they stay, and the tables of payments and customer tokens cannot be deleted
   */
  readonly removalProtection?: boolean;
};
