import type { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

export type KlarnaRelayProps = {
  /**
   * How long a payment is kept after its last change, and after whatever is still owed to it; whole days, seven at least: Klarna repeats itself for two,
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
