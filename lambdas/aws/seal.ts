import type { PaymentId } from '../payment/payment-id.ts';
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { CompactEncrypt } from 'jose';
import type { SealedToken } from '../payment/facts.ts';


export type Seal = (secret: {
  payment: PaymentId;
  token: string;
  at: string;
}) => Promise<SealedToken & { sealed: string }>;

/** The public half of a KMS key (RSA, ENCRYPT_DECRYPT), fetched once; whoever only seals can never open. */
export async function publicKey({ client, keyArn }: { client: KMSClient; keyArn: string }): Promise<KeyObject> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (!PublicKey) throw new Error('KMS returned no public key for the sealing key');
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
}

/** Seals tokens to a KMS key. @throws when its public half cannot be fetched */
export const sealer = async (from: { client: KMSClient; keyArn: string }): Promise<Seal> =>
  sealTo(await publicKey(from));

/** Seals tokens; the fingerprint tells two of them apart and cannot be turned back. */
export const sealTo =
  (key: KeyObject): Seal =>
  async ({ payment, token, at }) => ({
    sealed: await sealBytes(key, { payment, bytes: new TextEncoder().encode(token) }),
    fingerprint: createHash('sha256').update(token).digest('base64url').slice(0, 22),
    at,
  });

/**
 * Compact JWE (RSA-OAEP-256, A256GCM), so that one kms:Decrypt with RSAES_OAEP_SHA_256 opens the content key.
 * The payment stands in the protected header: what was sealed for one payment opens for no other.
 */
export const sealBytes = (key: KeyObject, { payment, bytes }: { payment: PaymentId; bytes: Uint8Array }) =>
  new CompactEncrypt(bytes).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', payment }).encrypt(key);
