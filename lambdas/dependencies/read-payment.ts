import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { documentClient } from '../aws/document-client.ts';
import { type CallbackKeys, callbackKeys } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { timeouts } from '../aws/timeouts.ts';
import { jsonLogger, type Logger } from '../logging/logger.ts';
import { systemClock as now } from '../payment/clocks.ts';
import type { PaymentStore } from '../payment/record.ts';
import { type Environment, requireEnv } from './environment.ts';

export type ReadPaymentDependencies = { find: PaymentStore['find']; keys: CallbackKeys; logger: Logger };

/** It writes nothing and has no credentials of Klarna's. */
export async function readPaymentDependencies(env: Environment): Promise<ReadPaymentDependencies> {
  const db = documentClient(timeouts.merchant);
  const unused = { retentionDays: 0, now, pause: async () => undefined }; // for `save`, which this function may not call
  const { find } = paymentStore({ db, table: requireEnv(env, 'TABLE_NAME'), ...unused });
  const keys = await callbackKeys({
    client: new SecretsManagerClient(timeouts.merchant),
    secretArn: requireEnv(env, 'CALLBACK_SECRET_ARN'),
    now,
  });
  return { find, keys, logger: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
