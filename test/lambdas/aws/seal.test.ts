import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { compactDecrypt } from 'jose';
import { expect, test } from 'vitest';
import { sealer, sealTo } from '../../../lambdas/aws/seal.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
const seal = sealTo(publicKey);
const secret = { payment: paymentIdOf('order-1'), token: 'tell-no-one', at: '2026-11-22T10:00:00.000Z' };

test('the private key opens the token, which is bound to its payment', async () => {
  const { sealed } = await seal(secret);
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
  expect(new TextDecoder().decode(plaintext)).toBe('tell-no-one');
  expect(protectedHeader).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM', payment: 'order-1' });
});

test('the content key opens with RSAES_OAEP_SHA_256, as kms:Decrypt opens it', async () => {
  const [, encryptedKey = ''] = (await seal(secret)).sealed.split('.');
  const key = privateDecrypt(
    { key: privateKey, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING },
    Buffer.from(encryptedKey, 'base64url'),
  );
  expect(key).toHaveLength(32);
});

test('a sealed token that was moved to another payment does not open', async () => {
  const [header = '', ...rest] = (await seal(secret)).sealed.split('.');
  const moved = Buffer.from(header, 'base64url').toString().replace('order-1', 'order-2');
  const forged = [Buffer.from(moved).toString('base64url'), ...rest].join('.');
  await expect(compactDecrypt(forged, privateKey)).rejects.toThrow();
});

test('a seal does not show the token, and no two seals are equal', async () => {
  const [one, two] = [await seal(secret), await seal(secret)];
  expect(JSON.stringify(one)).not.toContain('tell-no-one');
  expect(one.sealed).not.toBe(two.sealed);
});

test('a fingerprint distinguishes tokens without showing them', async () => {
  const [one, two] = [await seal(secret), await seal(secret)];
  const other = await seal({ ...secret, token: 'another-token' });
  expect(one.fingerprint).toBe(two.fingerprint);
  expect(one.fingerprint).not.toBe(other.fingerprint);
  expect(one).toMatchObject({ at: secret.at, fingerprint: expect.stringMatching(/^[\w-]{22}$/) });
});

test('the public key is fetched once, however much is sealed', async () => {
  const kms = mockClient(KMSClient);
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ format: 'der', type: 'spki' }) });
  const sealWithKms = await sealer({ client: new KMSClient({ region: 'eu-central-1' }), keyArn: 'arn:key' });
  const { sealed } = await sealWithKms(secret);
  await sealWithKms(secret);
  expect(new TextDecoder().decode((await compactDecrypt(sealed, privateKey)).plaintext)).toBe('tell-no-one');
  expect(kms.calls().map((call) => call.args[0].input)).toEqual([{ KeyId: 'arn:key' }]);
});

test('a key that KMS does not return stops the container with a clear message', async () => {
  mockClient(KMSClient).on(GetPublicKeyCommand).resolves({});
  await expect(sealer({ client: new KMSClient({ region: 'eu-central-1' }), keyArn: 'arn:key' })).rejects.toThrow(
    'KMS returned no public key',
  );
});
