import { Duration } from 'aws-cdk-lib';
import type { AccessKind } from './access.ts';

export type FunctionDefinition = {
  /** Name of the file in lambdas/handlers, without its extension. */
  readonly handler: string;
  /** Completes "The function that …" in alarm texts. */
  readonly purpose: string;
  /** Whom it affects, and how, while the function fails. */
  readonly errorImpact: string;
  /** What happens to its work while Lambda throttles it. */
  readonly whileThrottled: string;
  /**
   * Periods of five minutes with throttling before the alarm rings.
   * @default 3 - throttling may pass by itself
   */
  readonly throttledPeriods?: number;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly access: readonly AccessKind[];
};

/** An HTTP API waits 30 s for an answer. */
const whileTheCallerWaits = { timeout: Duration.seconds(29), memorySize: 1024 };

/**
 * Every Lambda function of the relay. Its environment, permissions, alarms, place on the dashboard and entry in
 * `KlarnaRelay.functions` follow from this table; its construct id is its name here with a capital.
 */
export const functionDefinitions = {
  receiveCallback: {
    handler: 'receive-callback',
    purpose: 'receives callbacks',
    errorImpact:
      'Klarna retries a callback for a few seconds only: shoppers have paid or cancelled, and the merchant does not know.',
    whileThrottled: 'callbacks are rejected',
    throttledPeriods: 1,
    timeout: Duration.seconds(5), // Klarna hangs up after 2
    memorySize: 1024, // for its share of CPU: cold starts count against those 2 s
    access: ['savePayments', 'callbackKeys', 'sealTokens'],
  },
  publishChanges: {
    handler: 'publish-changes',
    purpose: 'publishes changes',
    errorImpact: 'Subscribers receive changes late: orders are shipped or cancelled too late. Nothing is lost yet.',
    whileThrottled: 'changes wait in the stream',
    timeout: Duration.seconds(60),
    memorySize: 512,
    access: ['publishEvents', 'saveProgress', 'readProgress'],
  },
  createPayment: {
    handler: 'create-payment',
    purpose: 'creates payments',
    errorImpact: 'Shoppers cannot pay with Klarna: the shop gets no page to send them to.',
    whileThrottled: 'requests fail and must be sent again',
    ...whileTheCallerWaits,
    access: ['savePayments', 'askKlarna', 'mintUrls', 'sealTokens', 'keepRequests'],
  },
  operatePayment: {
    handler: 'operate-payment',
    purpose: 'operates on orders',
    errorImpact: 'Captures and refunds are delayed: goods wait, or shoppers wait for their money.',
    whileThrottled: 'requests fail and must be sent again',
    ...whileTheCallerWaits,
    access: ['savePayments', 'askKlarna', 'sealTokens', 'keepRequests', 'deleteRequests'],
  },
  readPayment: {
    handler: 'read-payment',
    purpose: 'shows payments',
    errorImpact:
      'Returning shoppers and merchants cannot see how payments stand; the payments themselves are not affected.',
    whileThrottled: 'requests fail and must be sent again',
    ...whileTheCallerWaits, // three attempts to read take longer than five seconds
    access: ['readPayments', 'callbackKeys'],
  },
  chargeToken: {
    handler: 'charge-token',
    purpose: 'charges customer tokens',
    errorImpact: 'Subscriptions are not charged: the merchant is not paid, or the customer loses the service.',
    whileThrottled: 'requests fail and must be sent again',
    ...whileTheCallerWaits,
    access: [
      'savePayments',
      'askKlarna',
      'mintUrls',
      'sealTokens',
      'keepRequests',
      'deleteRequests',
      'spendCustomerTokens',
      'listCustomerTokens',
    ],
  },
  runDueTasks: {
    handler: 'run-due-tasks',
    purpose: 'runs due tasks',
    errorImpact:
      'Orders are not placed from their authorizations, which expire after an hour; changes that no callback reported stay unknown.',
    whileThrottled: 'due tasks wait',
    timeout: Duration.seconds(120),
    memorySize: 512,
    access: [
      'savePayments',
      'findDuePayments',
      'askKlarna',
      'shareKlarnaRate',
      'mintUrls',
      'sealTokens',
      'openTokens',
      'keepRequests',
      'deleteRequests',
      'readRequests',
      'spendCustomerTokens',
      'sealCustomerTokens',
      'readProgress',
      'publishEvents',
    ],
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functionDefinitions;
