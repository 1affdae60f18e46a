import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { timeouts } from '../../lambdas/aws/timeouts.ts';

// The clients of lambdas/dependencies/receive-callback.ts and the calls that it makes with them, and nothing else.
const db = DynamoDBDocumentClient.from(new DynamoDBClient(timeouts.callback), {
  marshallOptions: { removeUndefinedValues: true },
});
const secrets = new SecretsManagerClient(timeouts.merchant);
const kms = new KMSClient(timeouts.merchant);
const { TABLE_NAME: TableName, CALLBACK_SECRET_ARN, SEALING_KEY_ARN } = process.env;

if (process.env.AWS_LAMBDA_RUNTIME_API) {
  await Promise.all([
    secrets.send(new GetSecretValueCommand({ SecretId: CALLBACK_SECRET_ARN })),
    kms.send(new GetPublicKeyCommand({ KeyId: SEALING_KEY_ARN })),
  ]);
}

type Item = Record<string, unknown> & { id: string; version: number };

/** The warm floor: reads the item with this id and, if there is another, puts it in its place under the store's condition. */
export async function handler({ id, put }: { id: string; put?: Item }): Promise<Item | undefined> {
  const { Item } = await db.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
  if (put) {
    const first = put.version === 1;
    await db.send(
      new PutCommand({
        TableName,
        Item: put,
        ConditionExpression: first ? 'attribute_not_exists(id)' : 'version = :read',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...(!first && { ExpressionAttributeValues: { ':read': put.version - 1 } }),
      }),
    );
  }
  return Item as Item | undefined; // every item of this table was put here
}
