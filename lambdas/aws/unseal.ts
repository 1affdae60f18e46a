import { createDecipheriv } from 'node:crypto';
import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import type { PaymentId } from '../payment/payment-id.ts';

const header = z.object({ alg: z.literal('RSA-OAEP-256'), enc: z.literal('A256GCM'), payment: z.string() });

export type Open = (secret: { payment: PaymentId; sealed: string }) => Promise<Uint8Array>;

/**
 * Opens a secret that `sealBytes` sealed. KMS decrypts the content key (one kms:Decrypt); the content is decrypted here
 * (RFC 7516, compact form).
 * @throws if it is not such a seal, was sealed for another payment or key, or was changed. The error never quotes the
 * content
 */
export const opener =
  ({ client, keyArn }: { client: KMSClient; keyArn: string }): Open =>
  async ({ payment, sealed }) => {
    const [protectedHeader = '', encryptedKey = '', iv = '', content = '', tag = ''] = sealed.split('.');
    if (headerOf(protectedHeader) !== payment) throw new Error(`sealed for another payment than ${payment}`);
    const { Plaintext } = await client.send(
      new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: Buffer.from(encryptedKey, 'base64url'),
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
    );
    if (!Plaintext) throw new Error('KMS opened no content key');
    const decipher = createDecipheriv('aes-256-gcm', Plaintext, Buffer.from(iv, 'base64url'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(protectedHeader)).setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]);
  };

function headerOf(text: string): string {
  try {
    return header.parse(JSON.parse(Buffer.from(text, 'base64url').toString())).payment;
  } catch {
    throw new Error('not a seal of ours');
  }
}
