import type { PaymentId } from '../payment/payment-id.ts';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { permits } from '../aws/permits.ts';
import { publicKey } from '../aws/seal.ts';
import { callbackKeys, renewable } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { patient } from '../aws/timeouts.ts';
import type { CallbackUrls, Ports } from '../flows/ports.ts';
import { parseAccounts } from '../klarna/client/accounts.ts';
import { type KlarnaCall, klarnaClient } from '../klarna/client/client.ts';
import { callbackUrl, statusUrl } from '../klarna/inbound/callback-url.ts';

import { type Environment, requireEnv, now } from '../handlers/lambda-handler.ts';
import { type Logger, jsonLogger } from '../logging/logger.ts';

/** The parts that the houses of all paying functions are made of; each takes those that its rights allow. */
export type KlarnaDependencies = Ports & {
  hasAccount: (name: string) => boolean;
  journal: Logger;
  db: DynamoDBDocumentClient;
  kms: KMSClient;
};

/** At most 50 ms, at random, before somebody who saved second reads again. */
const pause = () => setTimeout(Math.random() * 50);

/**
 * Store, Klarna and journal; the accounts are read here, and again when Klarna no longer takes them. Who shares Klarna's rate with other
 * runs of itself asks for a permit before each call.
 */
export async function klarnaDependencies(env: Environment, { sharesRate = false } = {}): Promise<KlarnaDependencies> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(patient), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = paymentStore({
    db,
    table: requireEnv(env, 'TABLE_NAME'),
    retentionDays: Number(requireEnv(env, 'RETENTION_DAYS')),
    now,
    pause,
  });
  const lines = jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now });
  const accounts = await renewable(
    { client: secrets(), secretArn: requireEnv(env, 'ACCOUNTS_SECRET_ARN'), now },
    parseAccounts,
  );
  const klarna = klarnaClient({
    accounts: accounts.held(),
    renew: accounts.renewed,
    ...(env.KLARNA_API_URL && { apiUrl: env.KLARNA_API_URL }),
    onCall: (call) => lines(lineOf(call)),
    ...(sharesRate && { permit: permits({ db, table: requireEnv(env, 'PROGRESS_TABLE'), now, pause: setTimeout }) }),
  });
  const hasAccount = (name: string) => Object.hasOwn(accounts.held(), name);
  return { store, klarna, hasAccount, now, journal: lines, db, kms: new KMSClient(patient) };
}

const secrets = () => new SecretsManagerClient(patient);

const lineOf = (call: KlarnaCall) => ({
  level: call.outcome === 'ok' ? ('info' as const) : ('warn' as const),
  message: 'klarna',
  fields: call,
  metrics: {
    KlarnaCalls: 1,
    ...(call.outcome === 'refused' && { KlarnaRefusals: 1 }),
    ...(call.outcome === 'unavailable' && { KlarnaUnavailable: 1 }),
  },
});

/** Mints the URLs of a payment: those that Klarna calls, and the one under which a return page asks for its status. */
export async function mintUrls(
  env: Environment,
): Promise<{ urls: CallbackUrls; statusUrl: (payment: PaymentId) => string }> {
  const keys = await callbackKeys({ client: secrets(), secretArn: requireEnv(env, 'CALLBACK_SECRET_ARN'), now });
  const base = requireEnv(env, 'PUBLIC_URL').replace(/\/$/, '');
  const key = () => keys.held()[0] ?? '';
  return {
    urls: (payment) => {
      const url = (kind: Parameters<typeof callbackUrl>[0]['kind']) => callbackUrl({ base, kind, payment, key: key() });
      return {
        status_update: url('status_update'),
        authorization: url('authorization'),
        notification: url('notification'),
        push: url('push'),
      };
    },
    statusUrl: (payment) => statusUrl({ base, payment, key: key() }),
  };
}

/** The key that requests and authorization tokens are sealed to. */
export const sealingKey = (env: Environment, { kms }: KlarnaDependencies) =>
  publicKey({ client: kms, keyArn: requireEnv(env, 'SEALING_KEY_ARN') });
