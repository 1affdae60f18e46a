import { constants, createPrivateKey, generateKeyPair, privateDecrypt, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { Folder } from '../folder.ts';
import { AwsError, type Service, unknownOperation } from './aws.ts';
import type { EncryptionKey, Secret } from './deployment.ts';

export type Vault = {
  secretsManager: Service;
  kms: Service;
  /** A secret as GetSecretValue returns it. */
  secretText: (arn: string) => string;
  /** Secrets and private keys: they must not show in any output. */
  confidential: () => string[];
};

type Contents = z.infer<typeof contentsSchema>;
const contentsSchema = z.object({
  secrets: z.record(z.string(), z.string()),
  keys: z.record(z.string(), z.object({ publicKey: z.string(), privateKey: z.string() })),
});

const file = 'keys.json';

/**
 * Secrets Manager and KMS with the template's secrets and key pairs, generated once and kept in `folder` if there is
 * one.
 */
export async function openVault(options: {
  secrets: Secret[];
  keys: EncryptionKey[];
  folder?: Folder | undefined;
}): Promise<Vault> {
  const { secrets, keys, folder } = options;
  const contents: Contents = contentsSchema.parse(folder?.read(file) ?? { secrets: {}, keys: {} });
  for (const secret of secrets) contents.secrets[secret.id] ??= generate(secret);
  for (const { id, spec } of keys.filter(isPair)) contents.keys[id] ??= await keyPair(spec);
  folder?.write(file, contents);

  const secretText = (name: string) => {
    const text = contents.secrets[secrets.find(({ id, arn }) => name === id || name === arn)?.id ?? ''];
    if (text) return text;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };

  const secretsManager: Service = async (operation, input) => {
    if (operation !== 'GetSecretValue') throw unknownOperation(`secretsmanager.${operation}`);
    const { SecretId } = z.object({ SecretId: z.string() }).parse(input);
    return { ARN: SecretId, Name: SecretId, SecretString: secretText(SecretId), VersionStages: ['AWSCURRENT'] };
  };

  const kms: Service = async (operation, input) => {
    const { KeyId, ...request } = kmsInput.parse(input);
    const key = keys.find(({ id, arn }) => KeyId === id || KeyId === arn);
    if (!key) throw new AwsError('NotFoundException', `Key '${KeyId}' does not exist`);
    const pair = contents.keys[key.id];
    if (!pair) throw new AwsError('UnsupportedOperationException', `${key.spec} keys have no public half`);
    if (operation === 'Decrypt') return { KeyId: key.arn, Plaintext: decrypt(pair.privateKey, request) };
    if (operation !== 'GetPublicKey') throw unknownOperation(`TrentService.${operation}`);
    return { KeyId: key.arn, PublicKey: pair.publicKey, KeySpec: key.spec, KeyUsage: 'ENCRYPT_DECRYPT' };
  };

  const confidential = () => [
    ...secrets.map((secret) =>
      passwordIn(contents.secrets[secret.id] ?? '{}', 'field' in secret ? secret.field : 'password'),
    ),
    ...Object.values(contents.keys).map(({ privateKey }) => privateKey),
  ];
  return { secretsManager, kms, secretText, confidential };
}

const isPair = ({ spec }: EncryptionKey) => spec.startsWith('RSA_');

const kmsInput = z.object({
  KeyId: z.string(),
  CiphertextBlob: z._default(z.string(), ''),
  EncryptionAlgorithm: z._default(z.string(), 'SYMMETRIC_DEFAULT'),
});

/** Decrypts RSAES_OAEP_SHA_256; base64 in and out. */
function decrypt(privateKey: string, request: { CiphertextBlob: string; EncryptionAlgorithm: string }): string {
  if (request.EncryptionAlgorithm !== 'RSAES_OAEP_SHA_256')
    throw unknownOperation(`Decrypt with ${request.EncryptionAlgorithm}`);
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  try {
    return privateDecrypt({ key, ...padding }, Buffer.from(request.CiphertextBlob, 'base64')).toString('base64');
  } catch {
    throw new AwsError('InvalidCiphertextException', 'The ciphertext was not encrypted under this key.');
  }
}

function generate(secret: Secret): string {
  if ('form' in secret) return fillIn(secret.form);
  const { seed, field, length } = secret;
  const base = z.record(z.string(), z.unknown()).parse(JSON.parse(seed));
  return JSON.stringify({ ...base, [field]: randomBytes(length).toString('base64url').slice(0, length) });
}

/** The form with a random value in place of every empty text. */
const fillIn = (form: string): string =>
  JSON.stringify(
    JSON.parse(form, (_, value) => (value === '' ? `local-${randomBytes(18).toString('base64url')}` : value)),
  );

/** The text of a field, at any depth. */
function passwordIn(json: string, field: string): string {
  let found = '';
  JSON.parse(json, (name, value) => {
    if (name === field && typeof value === 'string') found = value;
    return value;
  });
  return found;
}

async function keyPair(spec: string) {
  const modulusLength = Number(spec.replace('RSA_', ''));
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength });
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}
