import type { PaymentStore } from '../payment/store.ts';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Seal, sealer } from '../aws/seal.ts';
import { type CallbackKeys, callbackKeys } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { patient, quick } from '../aws/timeouts.ts';

import { type Environment, requireEnv, now } from '../handlers/lambda-handler.ts';
import { type Logger, jsonLogger } from '../logging/logger.ts';

export type ReceiveCallbackDependencies = {
  store: PaymentStore;
  keys: CallbackKeys;
  seal: Seal;
  journal: Logger;
  now: () => Date;
};

/** At most 50 ms, at random: five of them leave time for an answer. */
const pause = () => setTimeout(Math.random() * 50);

/** What the door for callbacks needs; keys and public key are fetched here, once per container. */
export async function receiveCallbackDependencies(env: Environment): Promise<ReceiveCallbackDependencies> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(quick), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const retentionDays = Number(requireEnv(env, 'RETENTION_DAYS'));
  const [keys, seal] = await Promise.all([
    callbackKeys({ client: new SecretsManagerClient(patient), secretArn: requireEnv(env, 'CALLBACK_SECRET_ARN'), now }),
    sealer({ client: new KMSClient(patient), keyArn: requireEnv(env, 'SEALING_KEY_ARN') }),
  ]);
  const store = paymentStore({ db, table: requireEnv(env, 'TABLE_NAME'), retentionDays, now, pause });
  return { store, keys, seal, now, journal: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
