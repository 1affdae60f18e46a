import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { documentClient } from '../aws/document-client.ts';
import { type Seal, sealer } from '../aws/seal.ts';
import { type CallbackKeys, callbackKeys } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { timeouts } from '../aws/timeouts.ts';
import { jsonLogger, type Logger } from '../logging/logger.ts';
import { systemClock as now } from '../payment/clocks.ts';
import type { PaymentStore } from '../payment/record.ts';
import { type Environment, requireEnv, restoredAt } from './environment.ts';
import { pauseAfterRefusal } from './pause-after-refusal.ts';

export type ReceiveCallbackDependencies = {
  store: PaymentStore;
  keys: CallbackKeys;
  seal: Seal;
  logger: Logger;
  now: () => Date;
};

/** Keys and public key are fetched here, once per container. */
export async function receiveCallbackDependencies(env: Environment): Promise<ReceiveCallbackDependencies> {
  const db = documentClient(timeouts.callback);
  const retentionDays = Number(requireEnv(env, 'RETENTION_DAYS'));
  const secretArn = requireEnv(env, 'CALLBACK_SECRET_ARN');
  const [keys, seal] = await Promise.all([
    callbackKeys({ client: new SecretsManagerClient(timeouts.merchant), secretArn, now }),
    sealer({ client: new KMSClient(timeouts.merchant), keyArn: requireEnv(env, 'SEALING_KEY_ARN') }),
  ]);
  const store = paymentStore({
    db,
    table: requireEnv(env, 'TABLE_NAME'),
    retentionDays,
    restoredAt: restoredAt(env),
    now,
    pause: pauseAfterRefusal,
  });
  return { store, keys, seal, now, logger: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
