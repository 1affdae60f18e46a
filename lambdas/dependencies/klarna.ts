import { setTimeout } from 'node:timers/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../aws/document-client.ts';
import { requestDeleter } from '../aws/kept-requests.ts';
import { permits } from '../aws/permits.ts';
import { publicKey } from '../aws/seal.ts';
import { callbackKeys, renewable } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { timeouts } from '../aws/timeouts.ts';
import type { CallbackUrls, DeleteRequest, Ports } from '../flows/ports.ts';
import { parseAccounts } from '../klarna/client/accounts.ts';
import { klarnaClient } from '../klarna/client/client.ts';
import { callbackUrls, statusUrl } from '../klarna/inbound/callback-url.ts';
import { logKlarnaCalls } from '../logging/klarna-call-entry.ts';
import { jsonLogger, type Logger, reasonOf } from '../logging/logger.ts';
import { systemClock as now } from '../payment/clocks.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { type Environment, requireEnv, restoredAt } from './environment.ts';
import { pauseAfterRefusal } from './pause-after-refusal.ts';

/** What all functions that talk to Klarna have in common; each uses as much of it as its rights allow. */
export type KlarnaDependencies = Ports & {
  hasAccount: (name: string) => boolean;
  logger: Logger;
  db: DynamoDBDocumentClient;
  kms: KMSClient;
};

/**
 * Store, Klarna and logger. The accounts are read here, and again when Klarna no longer accepts them. With `sharesRate`
 * each call asks for a permit first: all runs of the function share Klarna's rate.
 */
export async function klarnaDependencies(env: Environment, { sharesRate = false } = {}): Promise<KlarnaDependencies> {
  const db = documentClient(timeouts.merchant);
  const store = paymentStore({
    db,
    table: requireEnv(env, 'TABLE_NAME'),
    retentionDays: Number(requireEnv(env, 'RETENTION_DAYS')),
    restoredAt: restoredAt(env),
    now,
    pause: pauseAfterRefusal,
  });
  const logger = jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now });
  const accounts = await renewable(
    { client: secrets(), secretArn: requireEnv(env, 'ACCOUNTS_SECRET_ARN'), now },
    parseAccounts,
  );
  const klarna = klarnaClient({
    accounts: accounts.held,
    renew: accounts.renewed,
    userAgent: `klarna-relay/${requireEnv(env, 'RELAY_VERSION')} (AWS Lambda; Node.js)`,
    ...(env.KLARNA_API_URL && { apiUrl: env.KLARNA_API_URL }),
    onCall: logKlarnaCalls(logger),
    ...(sharesRate && { permit: permits({ db, table: requireEnv(env, 'PROGRESS_TABLE'), now, pause: setTimeout }) }),
  });
  const hasAccount = (name: string) => Object.hasOwn(accounts.held, name);
  return { store, klarna, hasAccount, now, logger, db, kms: new KMSClient(timeouts.merchant) };
}

const secrets = () => new SecretsManagerClient(timeouts.merchant);

/** Mints the URLs of a payment: those that Klarna calls, and the one under which a return page reads the status. */
export async function mintUrls(
  env: Environment,
): Promise<{ urls: CallbackUrls; statusUrl: (payment: PaymentId) => string }> {
  const keys = await callbackKeys({ client: secrets(), secretArn: requireEnv(env, 'CALLBACK_SECRET_ARN'), now });
  const base = requireEnv(env, 'PUBLIC_URL').replace(/\/$/, '');
  const key = () => keys.held[0] ?? '';
  return {
    urls: (payment) => callbackUrls({ base, payment, key: key() }),
    statusUrl: (payment) => statusUrl({ base, payment, key: key() }),
  };
}

/**
 * Deletes requests that were sent. A failure is logged and changes no result: an undeleted request expires after four
 * days, while a thrown error would hide what became of the operation.
 */
export const lenientDeleter = (
  { logger }: Pick<KlarnaDependencies, 'logger'>,
  requests: Parameters<typeof requestDeleter>[0],
): DeleteRequest => {
  const deleteRequest = requestDeleter(requests);
  return (key) =>
    deleteRequest(key).catch((error: unknown) =>
      logger({
        level: 'warn',
        message: 'request not deleted',
        fields: { payment: key.payment, reason: reasonOf(error) },
      }),
    );
};

/** The key that requests and authorization tokens are sealed to. */
export const sealingKey = (env: Environment, { kms }: KlarnaDependencies) =>
  publicKey({ client: kms, keyArn: requireEnv(env, 'SEALING_KEY_ARN') });
