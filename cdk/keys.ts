import { type RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
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

/** A form to fill in: the Klarna merchants that this relay serves, by account name. */
export function accountsSecret(scope: Construct, removalPolicy: RemovalPolicy): Secret {
  const form = { default: { region: 'eu', environment: 'playground', username: '', password: '' } };
  const secret = new Secret(scope, 'AccountsSecret', {
    description: `Klarna API credentials of ${scope.node.path}, by account: to be filled in`,
    secretStringValue: SecretValue.unsafePlainText(JSON.stringify(form)), // there is no secret in it yet
    removalPolicy,
  });
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: 'Klarna issues these credentials' });
  return secret;
}

/** Authorization tokens and requests are sealed with the public half; nobody opens them without this key's kms:Decrypt. */
export const sealingKey = (scope: Construct, removalPolicy: RemovalPolicy) =>
  rsaKey(scope, 'SealingKey', removalPolicy);

/** Customer tokens have a key of their own: who may charge them opens nothing else. */
export const customerTokenKey = (scope: Construct, removalPolicy: RemovalPolicy) =>
  rsaKey(scope, 'CustomerTokenKey', removalPolicy);

const rsaKey = (scope: Construct, id: string, removalPolicy: RemovalPolicy) =>
  new Key(scope, id, {
    description: `${id} of ${scope.node.path}: what is sealed for it opens with its kms:Decrypt only`,
    keySpec: KeySpec.RSA_3072,
    keyUsage: KeyUsage.ENCRYPT_DECRYPT,
    removalPolicy,
  });
