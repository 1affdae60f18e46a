import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { sealBytes, sealTo } from '../../../lambdas/aws/seal.ts';
import { opener } from '../../../lambdas/aws/unseal.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';

const pairs = {
  ours: generateKeyPairSync('rsa', { modulusLength: 3072 }),
  theirs: generateKeyPairSync('rsa', { modulusLength: 3072 }),
};
const client = new KMSClient({ region: 'eu-central-1' });
const kms = mockClient(client);

/** Opens a content key as KMS does: RSAES_OAEP_SHA_256. */
const decrypt = (key: KeyObject, blob: Uint8Array) =>
  privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, blob);
beforeEach(() => {
  kms.reset();
  kms.on(DecryptCommand).callsFake(({ CiphertextBlob, EncryptionAlgorithm, KeyId }) => {
    if (EncryptionAlgorithm !== 'RSAES_OAEP_SHA_256') throw new Error('another algorithm');
    return { Plaintext: decrypt(KeyId === 'ours' ? pairs.ours.privateKey : pairs.theirs.privateKey, CiphertextBlob) };
  });
});

const payment = paymentIdOf('order-1');
const open = opener({ client, keyArn: 'ours' });
const sealed = async (token: string) => (await sealTo(pairs.ours.publicKey)({ payment, token, at: '' })).sealed;

test('a sealed secret opens with one call to KMS', async () => {
  expect(Buffer.from(await open({ payment, sealed: await sealed('tell-no-one') })).toString()).toBe('tell-no-one');
  expect(kms.calls()).toHaveLength(1);
});

test('bytes of any length come back unchanged', async () => {
  for (const bytes of [Buffer.alloc(0), randomBytes(100_000)])
    expect(await open({ payment, sealed: await sealBytes(pairs.ours.publicKey, { payment, bytes }) })).toEqual(bytes);
});

test('a secret that was sealed for another payment does not open, and KMS is not called', async () => {
  await expect(open({ payment: paymentIdOf('order-2'), sealed: await sealed('x') })).rejects.toThrow(
    'sealed for another payment than order-2',
  );
  expect(kms.calls()).toEqual([]);
});

test('another key does not open a secret', async () => {
  const text = await sealed('x');
  await expect(opener({ client, keyArn: 'theirs' })({ payment, sealed: text })).rejects.toThrow();
});

test.each([0, 1, 2, 3, 4])('a seal whose part %d was changed does not open', async (part) => {
  const parts = (await sealed('tell-no-one')).split('.');
  const other = part === 0 ? JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM', payment, x: 1 }) : '';
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  parts[part] = other ? Buffer.from(other).toString('base64url') : bytes.toString('base64url');
  await expect(open({ payment, sealed: parts.join('.') })).rejects.toThrow();
});

test.each(['', 'a.b.c.d.e', 'nonsense'])('%j is not a seal of ours', async (text) => {
  await expect(open({ payment, sealed: text })).rejects.toThrow('not a seal of ours');
});
