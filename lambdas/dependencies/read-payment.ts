import type { PaymentStore } from '../payment/store.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type CallbackKeys, callbackKeys } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { patient } from '../aws/timeouts.ts';

import { type Environment, requireEnv, now } from '../handlers/lambda-handler.ts';
import { type Logger, jsonLogger } from '../logging/logger.ts';

export type ReadPaymentDependencies = { find: PaymentStore['find']; keys: CallbackKeys; journal: Logger };

/** What showing a payment needs: it writes nothing and knows no credentials of Klarna's. */
export async function readPaymentDependencies(env: Environment): Promise<ReadPaymentDependencies> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(patient));
  const never = { retentionDays: 0, now, pause: async () => undefined }; // for saving, which this house does not
  const { find } = paymentStore({ db, table: requireEnv(env, 'TABLE_NAME'), ...never });
  const keys = await callbackKeys({
    client: new SecretsManagerClient(patient),
    secretArn: requireEnv(env, 'CALLBACK_SECRET_ARN'),
    now,
  });
  return { find, keys, journal: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
