import { Stack } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { RelayFunction } from './relay-function.ts';

const read = ['kms:Decrypt', 'kms:DescribeKey'];
const write = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * Lets a function use the tables' key, but only through DynamoDB, which decrypts and encrypts items with its caller's
 * rights. The key's policy says so and not the role's, so that the role holds no kms:Decrypt that a key with a
 * permissive policy would honour.
 */
export function allowTableKey({ role }: RelayFunction, key: Key, use: 'read' | 'write'): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ArnPrincipal(role.roleArn)],
      actions: use === 'write' ? [...read, ...write] : read,
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(key).region}.amazonaws.com` } },
    }),
  );
}
