import { createPublicKey } from 'node:crypto';
import { DecryptCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../../../local/cloud/aws.ts';
import { openVault } from '../../../local/cloud/vault.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

const vault = await openVault({
  secrets: [{ id: 'Secret', arn: 'arn:secret', seed: '{"previous":"p"}', field: 'current', length: 64 }],
  keys: [
    { id: 'Sealing', arn: 'arn:sealing', spec: 'RSA_3072' },
    { id: 'Table', arn: 'arn:table', spec: 'SYMMETRIC_DEFAULT' },
  ],
});
const server = awsEndpoint({ secretsmanager: vault.secretsManager, TrentService: vault.kms });
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  settings = { endpoint: await listen(server), region: 'eu-central-1', credentials };
});
afterAll(() => close(server));

test('a secret is generated as the template says, and every read returns the same', async () => {
  const client = new SecretsManagerClient(settings);
  const read = async () =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'arn:secret' }))).SecretString ?? '';
  expect(JSON.parse(await read())).toEqual({ previous: 'p', current: expect.stringMatching(/^[\w-]{64}$/) });
  expect(await read()).toBe(await read());
});

test('the public key for sealing is RSA with 3072 bits', async () => {
  const { PublicKey } = await new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'arn:sealing' }));
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
});

test.each([
  {
    request: 'an unknown secret',
    send: () => new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: 'x' })),
    name: 'ResourceNotFoundException',
  },
  {
    request: 'an unknown key',
    send: () => new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'x' })),
    name: 'NotFoundException',
  },
  {
    request: 'the public key of a symmetric key',
    send: () => new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'arn:table' })),
    name: 'UnsupportedOperationException',
  },
  {
    request: 'the decryption of other bytes',
    send: () =>
      new KMSClient(settings).send(
        new DecryptCommand({
          KeyId: 'arn:sealing',
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
          CiphertextBlob: new Uint8Array([1]),
        }),
      ),
    name: 'InvalidCiphertextException',
  },
  {
    request: 'another operation of Secrets Manager',
    send: () => new SecretsManagerClient(settings).send(new ListSecretsCommand({})),
    name: 'UnknownOperationException',
  },
])('a request for $request is refused as AWS refuses it', async ({ send, name }) => {
  await expect(send()).rejects.toMatchObject({ name });
});
