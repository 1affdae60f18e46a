import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';

/** Actions on one resource. */
export type Right = {
  readonly actions: string[];
  readonly resource: string;
  /** @default - the actions are allowed without conditions */
  readonly conditions?: Record<string, Record<string, string>>;
};

export const onTable = ({ tableArn }: Table, ...actions: string[]): Right => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resource: tableArn,
});

export const onIndex = ({ tableArn }: Table, index: string): Right => ({
  actions: ['dynamodb:Query'],
  resource: `${tableArn}/index/${index}`,
});

export const reading = ({ secretArn }: Secret): Right => ({
  actions: ['secretsmanager:GetSecretValue'],
  resource: secretArn,
});

/** Sealing takes the public half of a key. */
export const sealing = ({ keyArn }: Key): Right => ({ actions: ['kms:GetPublicKey'], resource: keyArn });

/** Opens content keys as we seal them, and nothing else that kms:Decrypt could open. */
export const opening = ({ keyArn }: Key): Right => ({
  actions: ['kms:Decrypt'],
  resource: keyArn,
  conditions: { StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } },
});
