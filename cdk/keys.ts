import { type RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Holds the key that mints and proves callback URLs; during a rotation also `previous` or `next` beside `current`. */
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
  const reason = 'rotated by hand: URLs that Klarna already holds must stay valid for a while';
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });
  return secret;
}

/** A form for the API credentials of the Klarna merchants that this relay serves, by account name. */
export function accountsSecret(scope: Construct, removalPolicy: RemovalPolicy): Secret {
  const form = { default: { region: 'eu', environment: 'playground', username: '', password: '' } };
  const secret = new Secret(scope, 'AccountsSecret', {
    description: `Klarna API credentials of ${scope.node.path}, by account: fill them in`,
    secretStringValue: SecretValue.unsafePlainText(JSON.stringify(form)), // it holds no secret yet
    removalPolicy,
  });
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: 'only Klarna can issue new credentials' });
  return secret;
}

/** Authorization tokens and requests are sealed with its public half and open only with its kms:Decrypt. */
export const sealingKeyPair = (scope: Construct, removalPolicy: RemovalPolicy) =>
  keyPair(scope, 'SealingKey', removalPolicy);

/** Customer tokens have their own key: a function that may charge them can open nothing else. */
export const customerTokenKeyPair = (scope: Construct, removalPolicy: RemovalPolicy) =>
  keyPair(scope, 'CustomerTokenKey', removalPolicy);

const keyPair = (scope: Construct, id: string, removalPolicy: RemovalPolicy) =>
  new Key(scope, id, {
    description: `${id} of ${scope.node.path}: only kms:Decrypt with this key opens what is sealed for it`,
    keySpec: KeySpec.RSA_3072,
    keyUsage: KeyUsage.ENCRYPT_DECRYPT,
    removalPolicy,
  });
