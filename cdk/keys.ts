import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Mints and proves the callback URLs. `previous` and `next` may stand beside `current` while it is rotated. */
export function callbackSecret(scope: Construct, removalPolicy: RemovalPolicy): Secret {
  const secret = new Secret(scope, 'CallbackSecret', {
    description: `Proves Klarna callbacks to ${scope.node.path}: {"current": ..., "previous"?: ..., "next"?: ...}`,
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'current',
      passwordLength: 64,
      excludePunctuation: true,
    },
    removalPolicy,
  });
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: 'by hand: minted URLs must live on' });
  return secret;
}

/** Tokens are sealed with the public half; nobody opens them without this key's kms:Decrypt. */
export const sealingKey = (scope: Construct, removalPolicy: RemovalPolicy) =>
  new Key(scope, 'SealingKey', {
    description: `Seals Klarna tokens of ${scope.node.path}`,
    keySpec: KeySpec.RSA_3072,
    keyUsage: KeyUsage.ENCRYPT_DECRYPT,
    removalPolicy,
  });
