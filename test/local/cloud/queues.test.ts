import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../../../local/cloud/aws.ts';
import { localQueues } from '../../../local/cloud/queues.ts';
import { openFolder } from '../../../local/folder.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

const root = mkdtempSync(join(tmpdir(), 'queues-'));
const queues = [{ name: 'Discarded', arn: 'arn:discarded' }];
const open = () => localQueues({ queues, folder: openFolder(root) });
let running = open();
const server = awsEndpoint({ AmazonSQS: (operation, input) => running.service(operation, input) });
let endpoint: string;
let sqs: SQSClient;

beforeAll(async () => {
  endpoint = await listen(server);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  await close(server);
  rmSync(root, { recursive: true });
});

const url = () => running.urlOf(endpoint, 'Discarded');
const receive = async (VisibilityTimeout: number) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url(), MaxNumberOfMessages: 10, VisibilityTimeout })))
    .Messages ?? [];

test('a dead letter is received until it is deleted, also after a restart', async () => {
  running.add({ destination: 'arn:discarded', requestContext: { condition: 'RecordAgeExceeded' } });
  running = open();
  const [letter] = await receive(0);
  expect(letter?.Body).toBe('{"requestContext":{"condition":"RecordAgeExceeded"}}');
  const Entries = [{ Id: '0', ReceiptHandle: letter?.ReceiptHandle }];
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url(), Entries }));
  expect(await receive(0)).toEqual([]);
  running = open();
  expect(await receive(0)).toEqual([]);
});

test('a received message is invisible until its timeout', async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl: url(), MessageBody: 'x' }));
  expect(await receive(60)).toHaveLength(1);
  expect(await receive(60)).toEqual([]);
});

test('an unknown queue is refused', async () => {
  const QueueUrl = `${endpoint}/000000000000/Other`;
  await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow('does not exist');
});

test('a dead letter without a queue is lost without an error', () => {
  expect(() => running.add({ destination: undefined })).not.toThrow();
});
