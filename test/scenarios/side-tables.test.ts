import { generateKeyPairSync } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acknowledgements } from '../../lambdas/aws/acknowledgements.ts';
import { customerTokens } from '../../lambdas/aws/customer-tokens.ts';
import { duePayments } from '../../lambdas/aws/due-index.ts';
import { requestForgetter, requestKeeper, requestOpener } from '../../lambdas/aws/kept-requests.ts';
import { permits } from '../../lambdas/aws/permits.ts';
import { dueShards, paymentStore } from '../../lambdas/aws/store.ts';
import type { CustomerToken } from '../../lambdas/payment/customer-token.ts';
import { openPayment as opened } from '../../lambdas/payment/record.ts';
import { applyAll, minute, paymentIdOf, readHint, sessionUpdate } from '../support/builders/reports.ts';
import { createTables, onEveryEngine } from '../support/harness/engines.ts';

const { publicKey: key, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const open = async ({ sealed }: { sealed: string }) => (await compactDecrypt(sealed, privateKey)).plaintext;
const now = () => new Date(minute(30));

onEveryEngine(({ start }) => {
  let engine: Awaited<ReturnType<typeof start>>;
  let client: DynamoDBClient;
  let db: DynamoDBDocumentClient;
  let tables: Awaited<ReturnType<typeof createTables>>;

  beforeAll(async () => {
    engine = await start();
    tables = await createTables(engine);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'eu-central-1', credentials });
    db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  test('a request is kept sealed, opens as it was, and is gone when it is forgotten', async () => {
    const wires = { db, table: tables.requests, key, now, open };
    const kept = { payment: paymentIdOf('order-1'), id: 'order' };
    const body = { name: 'Grace Hopper', lines: [1, 2, 3] };
    await requestKeeper(wires)({ ...kept, body });
    const { Items } = await db.send(new ScanCommand({ TableName: tables.requests }));
    expect(Items).toEqual([
      { id: 'order-1/order', sealed: expect.any(String), expiresAt: now().getTime() / 1000 + 4 * 86_400 },
    ]);
    expect(JSON.stringify(Items)).not.toContain('Hopper');
    expect(await requestOpener(wires)(kept)).toEqual(body);
    await requestForgetter(wires)(kept);
    expect(await requestOpener(wires)(kept)).toBeUndefined();
  });

  test('a thousand lines with long names fit into one item', async () => {
    const wires = { db, table: tables.requests, key, now, open };
    const kept = { payment: paymentIdOf('long'), id: 'order' };
    const body = Array.from({ length: 1000 }, (_, n) => ({
      name: `${n} `.padEnd(255, 'lamp '),
      price: n,
      quantity: n,
      amount: n * n,
    }));
    await requestKeeper(wires)({ ...kept, body });
    expect(await requestOpener(wires)(kept)).toEqual(body);
  });

  test('customer tokens are found by name, and listed by customer, the newest first', async () => {
    const tokens = customerTokens({
      db,
      table: tables.tokens,
    });
    const token = (id: string, customer: string | undefined, at: number): CustomerToken => ({
      ...{ id, customer, createdAt: minute(at), sealed: 'x', account: 'default', payment: paymentIdOf('order-1') },
      ...{ status: 'ACTIVE', country: 'DE', locale: 'de-DE' },
    });
    for (const each of [token('a', 'ada', 1), token('b', 'ada', 3), token('c', 'grace', 2)]) await tokens.save(each);
    await tokens.save(token('d', undefined, 4));
    expect(await tokens.find('a')).toEqual(token('a', 'ada', 1));
    expect(await tokens.find('z')).toBeUndefined();
    expect((await tokens.list('ada')).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(await tokens.list('nobody')).toEqual([]);
  });

  test('what the bus has taken of a payment is remembered for a month, nothing of others', async () => {
    const { note, last } = acknowledgements({ db, table: tables.progress, now });
    expect(await last(paymentIdOf('order-1'))).toBe(0);
    await note('order-1', 3);
    await note('order-1', 4);
    expect([await last(paymentIdOf('order-1')), await last(paymentIdOf('order-2'))]).toEqual([4, 0]);
    const { Items } = await db.send(new ScanCommand({ TableName: tables.progress }));
    const expiresAt = now().getTime() / 1000 + 30 * 86_400;
    expect(Items).toContainEqual({ id: 'published/order-1', sequence: 4, expiresAt });
  });

  describe('a shared rate', () => {
    let time = now();
    const asked = { account: 'default', operation: 'readOrder', perSecond: 7 };
    const runs = () =>
      Array.from({ length: 4 }, () =>
        permits({
          db,
          table: tables.progress,
          now: () => time,
          pause: async (ms) => {
            time = new Date(time.getTime() + ms);
          },
        }),
      );

    test('is kept by all runs together, and whoever comes too late gets a later second', async () => {
      const granted: number[] = [];
      const take = async (permit: ReturnType<typeof permits>) => {
        expect(await permit(asked)).toBe(true);
        granted.push(Math.floor(time.getTime() / 1000));
      };
      for (let n = 0; n < 6; n++) for (const permit of runs()) await take(permit);
      const seconds = Object.values(Object.groupBy(granted, String)).map((all) => all?.length);
      expect(seconds).toEqual([7, 7, 7, 3]);
    });

    test('is one for each account and operation', async () => {
      time = new Date(time.getTime() + 60_000);
      const [permit] = runs();
      const before = time;
      for (let n = 0; n < 7; n++) await permit?.(asked);
      await permit?.({ ...asked, account: 'other' });
      await permit?.({ ...asked, operation: 'readHostedSession' });
      expect(time).toBe(before);
    });

    test('that stays used up for five seconds is not waited for any longer', async () => {
      time = new Date(time.getTime() + 60_000);
      const began = time.getTime();
      const [permit] = runs();
      expect(await permit?.({ ...asked, perSecond: 0 })).toBe(false);
      expect(time.getTime() - began).toBe(5000);
    });

    test('leaves counters behind that forget themselves', async () => {
      const { Items = [] } = await db.send(new ScanCommand({ TableName: tables.progress }));
      const counters = Items.filter(({ id }) => String(id).startsWith('rate/'));
      expect(counters.length).toBeGreaterThan(3);
      for (const { id, expiresAt } of counters) expect(expiresAt).toBe(Number(String(id).split('/').at(-1)) + 600);
    });
  });

  test('what is due is found among what is not, the longest waiting first, and no more than was asked for', async () => {
    const store = paymentStore({ db, table: tables.payments, retentionDays: 10, now, pause: async () => undefined });
    for (let n = 0; n < 40; n++)
      await store.save({ ...applyAll(readHint('order', n, 'o')).payment, id: paymentIdOf(`due-${n}`) });
    for (let n = 0; n < 5; n++)
      await store.save({ ...applyAll(sessionUpdate('CANCELLED', 1)).payment, id: paymentIdOf(`over-${n}`) });
    const due = duePayments({ db, table: tables.payments, index: 'due' });
    const all = Array.from({ length: 30 }, (_, n) => `due-${n}`); // owed from the minute after each
    expect(await due({ now: now(), most: 100 })).toEqual(all);
    expect(await due({ now: now(), most: 7 })).toEqual(all.slice(0, 7));
    expect(await due({ now: new Date(minute(0)), most: 100 })).toEqual([]);
  });

  test('what is due is spread over all parts of the index, and a row that is due at once says so', async () => {
    const { Items = [] } = await db.send(new ScanCommand({ TableName: tables.payments }));
    expect(new Set(Items.map(({ dueShard }) => dueShard).filter(Boolean)).size).toBe(dueShards);
    for (const { dueAt, due } of Items) expect(due === true).toBe(dueAt !== undefined && dueAt <= now().toISOString());
  });

  test('a payment that is looked at and found in order is due no more', async () => {
    const store = paymentStore({ db, table: tables.payments, retentionDays: 10, now, pause: async () => undefined });
    const id = paymentIdOf('looked-at');
    await store.save({ ...applyAll(readHint('order', 1, 'o')).payment, id });
    const payment = (await store.find(id)) ?? opened(id, '');
    await store.save({ ...payment, lastReads: { order: minute(9) } });
    expect(await duePayments({ db, table: tables.payments, index: 'due' })({ now: now(), most: 100 })).not.toContain(
      'looked-at',
    );
  });
});
