import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type CallbackKeys, callbackKeys } from '../aws/secrets.ts';
import { paymentStore } from '../aws/store.ts';
import { patient } from '../aws/timeouts.ts';
import type { PaymentStore } from '../payment/record.ts';
import { type Environment, need, now } from '../handlers/lambda-handler.ts';
import { type Journal, journal } from '../logging/logger.ts';

export type ReadingHouse = { find: PaymentStore['find']; keys: CallbackKeys; journal: Journal };

/** What showing a payment needs: it writes nothing and knows no credentials of Klarna's. */
export async function readingHouse(env: Environment): Promise<ReadingHouse> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(patient));
  const never = { retentionDays: 0, now, pause: async () => undefined }; // for saving, which this house does not
  const { find } = paymentStore({ db, table: need(env, 'TABLE_NAME'), ...never });
  const keys = await callbackKeys({
    client: new SecretsManagerClient(patient),
    secretArn: need(env, 'CALLBACK_SECRET_ARN'),
    now,
  });
  return { find, keys, journal: journal({ relay: need(env, 'RELAY_NAME'), now }) };
}
