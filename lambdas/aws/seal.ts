import { createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { CompactEncrypt } from 'jose';
import { shortHash } from '../json.ts';
import type { SealedToken } from '../payment/facts.ts';
import type { PaymentId } from '../payment/payment-id.ts';

export type Seal = (secret: {
  payment: PaymentId;
  token: string;
  at: string;
}) => Promise<SealedToken & { sealed: string }>;

/** The public half of a KMS key (RSA, ENCRYPT_DECRYPT), fetched once. A function that only seals can never open. */
export async function publicKey({ client, keyArn }: { client: KMSClient; keyArn: string }): Promise<KeyObject> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (!PublicKey) throw new Error('KMS returned no public key for the sealing key');
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
}

/** Seals tokens to a KMS key. @throws when its public half cannot be fetched */
export const sealer = async (from: { client: KMSClient; keyArn: string }): Promise<Seal> =>
  sealTo(await publicKey(from));

/** Seals tokens. The fingerprint distinguishes two tokens and cannot be reversed. */
export const sealTo =
  (key: KeyObject): Seal =>
  async ({ payment, token, at }) => ({
    sealed: await sealBytes(key, { payment, bytes: new TextEncoder().encode(token) }),
    fingerprint: shortHash(token),
    at,
  });

/**
 * Compact JWE (RSA-OAEP-256, A256GCM), so that one kms:Decrypt with RSAES_OAEP_SHA_256 opens the content key. The
 * protected header names the payment: a secret sealed for one payment opens for no other.
 */
export const sealBytes = (key: KeyObject, { payment, bytes }: { payment: PaymentId; bytes: Uint8Array }) =>
  new CompactEncrypt(bytes).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', payment }).encrypt(key);
