import type { PaymentId } from '../payment/payment-id.ts';
import { createDecipheriv } from 'node:crypto';
import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';


const header = z.object({ alg: z.literal('RSA-OAEP-256'), enc: z.literal('A256GCM'), payment: z.string() });

export type Open = (secret: { payment: PaymentId; sealed: string }) => Promise<Uint8Array>;

/**
 * Opens what `sealBytes` sealed: KMS opens the content key (one kms:Decrypt), the rest is done here (RFC 7516, compact form).
 * @throws without a word of the content: not such a seal, sealed for another payment, to another key, or changed since
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
