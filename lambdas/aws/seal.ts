import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { CompactEncrypt } from 'jose';
import type { SealedToken } from '../payment/facts.ts';
import type { PaymentId } from '../payment/payment.ts';

export type Seal = (secret: { payment: PaymentId; token: string; at: string }) => Promise<SealedToken>;

/** Fetches the public half of a KMS key (RSA, ENCRYPT_DECRYPT) once; whoever only seals can never open. */
export async function sealer({ client, keyArn }: { client: KMSClient; keyArn: string }): Promise<Seal> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (!PublicKey) throw new Error('KMS returned no public key for the sealing key');
  return sealTo(createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }));
}

/**
 * Seals tokens as compact JWE (RSA-OAEP-256, A256GCM), so that one kms:Decrypt with RSAES_OAEP_SHA_256 opens the content key.
 * The payment stands in the protected header: a sealed token moved to another payment no longer opens.
 */
export const sealTo =
  (publicKey: KeyObject): Seal =>
  async ({ payment, token, at }) => ({
    sealed: await new CompactEncrypt(new TextEncoder().encode(token))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', payment })
      .encrypt(publicKey),
    fingerprint: createHash('sha256').update(token).digest('base64url').slice(0, 22),
    at,
  });
