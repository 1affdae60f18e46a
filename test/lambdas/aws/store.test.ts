import { DynamoDBClient, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paymentStore } from '../../../lambdas/aws/store.ts';
import type { PaymentStore } from '../../../lambdas/payment/record.ts';
import { openPayment, record, TooBusy } from '../../../lambdas/payment/record.ts';
import {
  applyAll,
  minute,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';
import { createPaymentsTable, onEveryEngine } from '../../support/harness/engines.ts';

const now = () => new Date(minute(0));
const removeUndefinedValues = true;
let pauses = 0;
const pause = async () => {
  pauses++;
};

onEveryEngine(({ start }) => {
  let engine: Awaited<ReturnType<typeof start>>;
  let client: DynamoDBClient;
  let db: DynamoDBDocumentClient;
  let table: string;
  let store: PaymentStore;

  beforeAll(async () => {
    engine = await start();
    table = await createPaymentsTable(engine);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'eu-central-1', credentials });
    db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues } });
    store = paymentStore({ db, table, retentionDays: 10, now, pause });
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  const item = async (id: string) => (await db.send(new GetCommand({ TableName: table, Key: { id } }))).Item;

  test('a payment comes back as it was saved, one version later', async () => {
    const id = paymentIdOf('whole');
    const story = applyAll(
      sessionUpdate('IN_PROGRESS', 1, { hpp_session_id: 'h' }),
      stageReport('authorized', 2, tokenFacts('a', 2)),
      sessionUpdate('COMPLETED', 3),
      sessionUpdate('CANCELLED', 4),
      readHint('order', 5),
    ).payment;
    expect(await store.save({ ...story, id })).toHaveProperty('saved');
    expect(await store.find(id)).toEqual({ ...JSON.parse(JSON.stringify(story)), id, version: 1 });
  });

  test('an item of an older version is read as if it had what is new', async () => {
    await db.send(new PutCommand({ TableName: table, Item: { id: 'older', version: 3, stage: 'authorized' } }));
    const payment = await store.find(paymentIdOf('older'));
    expect(payment).toMatchObject({
      version: 3,
      stage: 'authorized',
      recentReports: [],
      changes: [],
      unpublishedMoves: 0,
    });
  });

  test('a payment never saved is not found', async () => {
    expect(await store.find(paymentIdOf('nobody'))).toBeUndefined();
  });

  test('two who open a payment at once: one does, the other is told and steps aside', async () => {
    const first = openPayment(paymentIdOf('opened-twice'), minute(1));
    expect(await store.save(first)).toHaveProperty('saved');
    const before = pauses;
    expect(await store.save(first)).toMatchObject({ stale: undefined });
    expect(pauses).toBe(before + 1);
  });

  test('what was decided on an old reading is not saved', async () => {
    const id = paymentIdOf('old-reading');
    await store.save(openPayment(id, minute(1)));
    const read = await store.find(id);
    if (!read) throw new Error('it was saved');
    expect(await store.save({ ...read, stage: 'in_progress' })).toHaveProperty('saved');
    expect(await store.save({ ...read, stage: 'cancelled' })).toMatchObject({ stale: undefined });
    expect((await store.find(id))?.stage).toBe('in_progress');
  });

  test('a payment that was removed meanwhile is not brought back by an old reading', async () => {
    const gone = { ...openPayment(paymentIdOf('removed'), minute(1)), version: 3 };
    expect(await store.save(gone)).toMatchObject({ stale: undefined });
    expect(await store.find(gone.id)).toBeUndefined();
  });

  test('the item says when it may be forgotten, and where what is owed to it is found, since when', async () => {
    await store.save({
      ...applyAll(readHint('session', 7), readHint('order', 5, 'o')).payment,
      id: paymentIdOf('owing'),
    });
    const confirmation = { sequence: 1, at: minute(70) };
    await store.save({ ...applyAll(sessionUpdate('CANCELLED', 1)).payment, id: paymentIdOf('settled'), confirmation });
    expect(await item('settled')).toMatchObject({ expiresAt: Date.parse(minute(0)) / 1000 + 864_000 });
    expect(await item('owing')).toMatchObject({
      expiresAt: Date.parse(minute(6)) / 1000 + 864_000, // nobody forgets a payment before its turn
      dueAt: minute(6),
      dueShard: expect.stringMatching(/^[0-7]$/),
    });
    expect(await item('owing')).not.toHaveProperty('due');
    for (const name of ['dueAt', 'dueShard', 'due']) expect(await item('settled')).not.toHaveProperty(name);
    for (const name of ['expiresAt', 'dueAt', 'dueShard'])
      expect(await store.find(paymentIdOf('owing'))).not.toHaveProperty(name);
  });

  test('ten deliveries of one callback at once make one change', async () => {
    const id = paymentIdOf('ten-at-once');
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        insistently(id, { ...sessionUpdate('IN_PROGRESS', 1), observedAt: minute(2 + n) }),
      ),
    );
    expect(told.filter((outcome) => outcome === 'advanced')).toHaveLength(1);
    expect(told.filter((outcome) => outcome === 'duplicate')).toHaveLength(9);
    expect((await store.find(id))?.changes).toHaveLength(1);
  });

  test('different callbacks at once are all heard, in one sequence without gaps', async () => {
    const id = paymentIdOf('all-at-once');
    const words = ['IN_PROGRESS', 'FAILED', 'BACK', 'ERROR'] as const;
    await Promise.all(Array.from({ length: 20 }, (_, n) => insistently(id, sessionUpdate(words[n % 4] ?? 'BACK', n))));
    const payment = await store.find(id);
    expect(payment?.recentReports).toHaveLength(20);
    expect(payment?.session).toMatchObject({ word: 'ERROR', at: minute(19) });
    expect(payment?.changes.map(({ sequence }) => sequence)).toEqual(payment?.changes.map((_, n) => n + 1));
  });

  /** As Klarna does: again, until it is taken. */
  async function insistently(...[id, report]: [Parameters<typeof record>[1], Parameters<typeof record>[2]]) {
    for (;;) {
      const told = await record(store, id, report).catch((error: unknown) => error);
      if (Array.isArray(told)) return told[1];
      if (!(told instanceof TooBusy)) throw told;
    }
  }
});

describe('when DynamoDB fails', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  const db = mockClient(client);
  const throttled = new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} });
  const store = paymentStore({ db: client, table: 't', retentionDays: 1, now, pause });

  test('a refused read is our trouble, not an unknown payment', async () => {
    db.on(GetCommand).rejects(throttled);
    await expect(store.find(paymentIdOf('order-1'))).rejects.toBe(throttled);
  });

  test('a refused write is our trouble, not a lost race', async () => {
    db.on(PutCommand).rejects(throttled);
    await expect(store.save(openPayment(paymentIdOf('order-1'), minute(1)))).rejects.toBe(throttled);
  });

  test('a read is consistent: what was saved before is seen', async () => {
    db.on(GetCommand).resolves({});
    await store.find(paymentIdOf('order-1'));
    expect(db.commandCalls(GetCommand).at(-1)?.args[0].input).toMatchObject({ ConsistentRead: true });
  });
});
