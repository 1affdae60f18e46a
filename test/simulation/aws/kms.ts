import { constants, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Process } from './process.ts';
import { clientWith } from './sdk-client.ts';

/** Two key pairs: one for requests and authorizations, one for customer tokens. */
const newKeyPairs = () => {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { sealing: pair(), tokens: pair() };
};

type KeyPairs = ReturnType<typeof newKeyPairs>;
export type KmsKeyName = keyof KeyPairs;

let keyPairs: KeyPairs | undefined;

/** Made once per thread, since that takes a second. */
const pairsOfThread = () => {
  keyPairs ??= newKeyPairs();
  return keyPairs;
};

export const publicKeyOf = (name: KmsKeyName): KeyObject => pairsOfThread()[name].publicKey;

export const kmsClient = (process: Process): KMSClient =>
  clientWith(({ input }: { input: { KeyId: KmsKeyName; CiphertextBlob: Uint8Array } }) =>
    process.reach('kms:Decrypt', () => {
      const key = {
        key: pairsOfThread()[input.KeyId].privateKey,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256',
      };
      return { Plaintext: privateDecrypt(key, input.CiphertextBlob) };
    }),
  );
