import { createPublicKey } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { DecryptCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../../../local/cloud/aws.ts';
import { localBus } from '../../../local/cloud/bus.ts';
import { openVault } from '../../../local/cloud/vault.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import type { BusEvent } from '../../../stories/bus-event.ts';

const kept: BusEvent[] = [];
const bus = localBus({ names: ['payments'], past: [], keep: (event) => kept.push(event) });
const vault = await openVault({
  secrets: [{ id: 'Secret', arn: 'arn:secret', seed: '{"previous":"p"}', field: 'current', length: 64 }],
  keys: [
    { id: 'Sealing', arn: 'arn:sealing', spec: 'RSA_3072' },
    { id: 'Table', arn: 'arn:table', spec: 'SYMMETRIC_DEFAULT' },
  ],
});
const server = awsEndpoint({ AWSEvents: bus.service, secretsmanager: vault.secretsManager, TrentService: vault.kms });
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  settings = { endpoint: await listen(server), region: 'eu-central-1', credentials };
});
afterAll(() => close(server));

const putEvents = (...Entries: PutEventsRequestEntry[]) =>
  new EventBridgeClient(settings).send(new PutEventsCommand({ Entries }));
const entry = { EventBusName: 'payments', Source: 'shop', DetailType: 'Paid', Detail: '{"n":1}' };

test('an event put by the real client comes out as EventBridge would hand it over', async () => {
  const Time = new Date('2026-11-20T12:00:00.789Z');
  const answer = await putEvents({ ...entry, Time });
  expect(answer.FailedEntryCount).toBe(0);
  expect(bus.events().at(-1)).toEqual({
    version: '0',
    id: answer.Entries?.[0]?.EventId,
    'detail-type': 'Paid',
    source: 'shop',
    account: '000000000000',
    time: '2026-11-20T12:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: { n: 1 },
  });
  expect(kept.at(-1)).toEqual(bus.events().at(-1));
});

test.each([
  { wrong: 'no source', change: { Source: undefined }, code: 'InvalidArgument' },
  { wrong: 'no type', change: { DetailType: undefined }, code: 'InvalidArgument' },
  { wrong: 'no detail', change: { Detail: undefined }, code: 'InvalidArgument' },
  { wrong: 'a detail that is no JSON', change: { Detail: '{' }, code: 'MalformedDetail' },
  { wrong: 'a detail that is no object', change: { Detail: '[1]' }, code: 'MalformedDetail' },
  {
    wrong: 'a bus that is not in the template',
    change: { EventBusName: 'another' },
    code: 'ResourceNotFoundException',
  },
])('an entry with $wrong is refused by itself, the others go out', async ({ change, code }) => {
  const before = bus.events().length;
  const answer = await putEvents(entry, { ...entry, ...change }, entry);
  expect(answer.FailedEntryCount).toBe(1);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
  expect(bus.events().length - before).toBe(2);
});

test('a bus may be named by its ARN', async () => {
  const EventBusName = 'arn:aws:events:eu-central-1:000000000000:event-bus/payments';
  expect(await putEvents({ ...entry, EventBusName })).toMatchObject({ FailedEntryCount: 0 });
});

test.each([
  { wrong: 'no entry', entries: [] },
  { wrong: 'eleven entries', entries: Array.from({ length: 11 }, () => entry) },
  { wrong: 'more than a megabyte', entries: [{ ...entry, Detail: JSON.stringify({ n: 'x'.repeat(1024 * 1024) }) }] },
])('a call with $wrong is refused as a whole', async ({ entries }) => {
  const before = bus.events().length;
  await expect(putEvents(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  expect(bus.events()).toHaveLength(before);
});

test('the secret is generated as the template says, and the same at every reading', async () => {
  const client = new SecretsManagerClient(settings);
  const read = async () =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'arn:secret' }))).SecretString ?? '';
  expect(JSON.parse(await read())).toEqual({ previous: 'p', current: expect.stringMatching(/^[\w-]{64}$/) });
  expect(await read()).toBe(await read());
});

test('the public key is one that seals: RSA with 3072 bits', async () => {
  const { PublicKey } = await new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'arn:sealing' }));
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
});

test.each([
  {
    asks: 'for a secret that is not there',
    ask: () => new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: 'x' })),
    name: 'ResourceNotFoundException',
  },
  {
    asks: 'for a key that is not there',
    ask: () => new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'x' })),
    name: 'NotFoundException',
  },
  {
    asks: 'for the public half of a symmetric key',
    ask: () => new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'arn:table' })),
    name: 'UnsupportedOperationException',
  },
  {
    asks: 'KMS to open what it has not sealed',
    ask: () =>
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
    asks: 'the bus for something else',
    ask: () => new EventBridgeClient(settings).send(new ListRulesCommand({})),
    name: 'UnknownOperationException',
  },
  {
    asks: 'the vault for something else',
    ask: () => new SecretsManagerClient(settings).send(new ListSecretsCommand({})),
    name: 'UnknownOperationException',
  },
  {
    asks: 'a service that is not there',
    ask: () => new DynamoDBClient(settings).send(new ListTablesCommand({})),
    name: 'UnknownOperationException',
  },
])('who asks $asks is refused as AWS refuses', async ({ ask, name }) => {
  await expect(ask()).rejects.toMatchObject({ name });
});

test('a request that is no call of an AWS client is refused as well', async () => {
  const response = await fetch(settings.endpoint, { method: 'POST', body: 'hello' });
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({ __type: 'SerializationException' }),
  ]);
});
