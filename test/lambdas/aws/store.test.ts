import { DynamoDBClient, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, describe, expect, test } from 'vitest';
import { paymentStore } from '../../../lambdas/aws/store.ts';
import { pauseAfterRefusal } from '../../../lambdas/dependencies/pause-after-refusal.ts';
import { openPayment, type PaymentStore, record, recordAll, revise } from '../../../lambdas/payment/record.ts';
import {
  applyAll,
  minute,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

const now = () => new Date(minute(0));
let pauses = 0;
const pause = async () => {
  pauses++;
};

onEveryEngine((engine) => {
  const tables = tablesOn(engine);
  let store: PaymentStore;

  beforeAll(() => {
    store = paymentStore({ db: tables().db, table: tables().payments, retentionDays: 10, now, pause });
  });

  /** A store whose client repeats every write, as the SDK does when the answer to the first one is lost. */
  const impatientStore = (between: () => Promise<unknown> = async () => undefined) => {
    const { db, payments } = tables();
    const send = async (command: GetCommand | PutCommand) => {
      if (command instanceof GetCommand) return db.send(command);
      await db.send(command);
      await between();
      return db.send(command);
    };
    return paymentStore({
      db: Object.assign(Object.create(db), { send }),
      table: payments,
      retentionDays: 10,
      now,
      pause,
    });
  };

  const item = async (id: string) => {
    const { db, payments } = tables();
    return (await db.send(new GetCommand({ TableName: payments, Key: { id } }))).Item;
  };

  /** A payment that was saved once, as this process read it, before another process moved it to `in_progress`. */
  async function overtaken(name: string) {
    const id = paymentIdOf(name);
    await store.save(openPayment(id, minute(1)));
    const read = (await store.find(id)) ?? expect.fail('it was saved');
    await store.save({ ...read, stage: 'in_progress' });
    return read;
  }

  test('a payment comes back as it was saved, one version later', async () => {
    const id = paymentIdOf('whole');
    const { payment: applied } = applyAll(
      sessionUpdate('IN_PROGRESS', 1, { hpp_session_id: 'h' }),
      stageReport('authorized', 2, tokenFacts('a', 2)),
      sessionUpdate('COMPLETED', 3),
      sessionUpdate('CANCELLED', 4),
      readHint('order', 5),
    );
    const payment = { ...applied, version: 0 };
    const saveIds = [expect.stringMatching(/^[0-9a-f]{8}$/)];
    expect(await store.save({ ...payment, id })).toEqual({ saved: { ...payment, id, version: 1, schema: 1, saveIds } });
    expect(await store.find(id)).toEqual({
      ...JSON.parse(JSON.stringify(payment)),
      id,
      version: 1,
      schema: 1,
      saveIds,
    });
  });

  test('an item of an older version gets the first value of each new field', async () => {
    const { db, payments } = tables();
    await db.send(new PutCommand({ TableName: payments, Item: { id: 'older', version: 3, stage: 'authorized' } }));
    expect(await store.find(paymentIdOf('older'))).toMatchObject({
      version: 3,
      stage: 'authorized',
      recentReports: [],
      changes: [],
    });
  });

  test('a payment that was never saved is not found', async () => {
    expect(await store.find(paymentIdOf('unknown'))).toBeUndefined();
  });

  test('of two processes that open a payment at once, one does, and the other pauses', async () => {
    const first = openPayment(paymentIdOf('opened-twice'), minute(1));
    const { saved } = { saved: undefined, ...(await store.save(first)) };
    expect(saved).toMatchObject({ version: 1 });
    const before = pauses;
    expect(await store.save(first)).toEqual({ stale: JSON.parse(JSON.stringify(saved)) });
    expect(pauses).toBe(before + 1);
  });

  test('a decision based on an old read is not saved, and brings the current payment', async () => {
    const read = await overtaken('old-read');
    const current = await store.find(read.id);
    expect(current).toMatchObject({ version: 2, stage: 'in_progress' });
    expect(await store.save({ ...read, stage: 'cancelled' })).toEqual({ stale: current });
    expect(await store.find(read.id)).toEqual(current);
  });

  test('a revision that was overtaken is repeated on the current payment, without a read of its own', async () => {
    const known = await overtaken('revised');
    let finds = 0;
    const counted: PaymentStore = {
      ...store,
      find: (id) => {
        finds += 1;
        return store.find(id);
      },
    };
    const [payment, seen] = await revise(counted, { id: known.id, at: minute(9), known }, (before) => [
      { ...before, account: 'other' },
      before.stage,
    ]);
    expect(seen).toBe('in_progress');
    expect(payment).toMatchObject({ version: 3, stage: 'in_progress', account: 'other' });
    expect(finds).toBe(0);
  });

  test('a payment that was removed meanwhile is not restored by an old read', async () => {
    const gone = { ...openPayment(paymentIdOf('removed'), minute(1)), version: 3 };
    expect(await store.save(gone)).toEqual({ stale: undefined });
    expect(await store.find(gone.id)).toBeUndefined();
  });

  describe('after a restore from a backup', () => {
    const restoredStore = (minutes: number) =>
      paymentStore({
        db: tables().db,
        table: tables().payments,
        retentionDays: 10,
        now: () => new Date(minute(minutes + 5)),
        pause,
        restoredAt: new Date(minute(minutes)),
      });
    const confirmation = { sequence: 1, at: minute(70) };

    test('a payment goes on from its own history, in a new incarnation of which nothing is confirmed', async () => {
      const id = paymentIdOf('restored');
      const [before] = await record(store, id, sessionUpdate('IN_PROGRESS', 1));
      await store.save({ ...before, confirmation });
      const [after] = await record(restoredStore(100), id, sessionUpdate('FAILED', 2));
      expect(after.incarnation > before.incarnation).toBe(true);
      expect(after.confirmation).toBeUndefined();
      expect(after.changes.map(({ incarnation, sequence }) => [incarnation, sequence])).toEqual([
        [before.incarnation, 1],
        [after.incarnation, 2],
      ]);
      await restoredStore(100).save({ ...after, confirmation });
      expect(await restoredStore(100).find(id)).toMatchObject({ incarnation: after.incarnation, confirmation });
    });

    test('a save that came second shows the payment in its new incarnation', async () => {
      const read = await overtaken('restored-late');
      const { stale } = { stale: undefined, ...(await restoredStore(100).save(read)) };
      expect((stale ?? read).incarnation > read.incarnation).toBe(true);
    });

    test('a payment that was opened since keeps its incarnation, also while the time of the restore lies ahead', async () => {
      const id = paymentIdOf('opened-since');
      const ahead = paymentStore({
        db: tables().db,
        table: tables().payments,
        retentionDays: 10,
        now,
        pause,
        restoredAt: new Date(minute(100)),
      });
      const [opened] = await record(ahead, id, sessionUpdate('IN_PROGRESS', 1));
      expect((await ahead.find(id))?.incarnation).toBe(opened.incarnation);
    });
  });

  test('an item has the number of its schema, and keeps what this version does not know', async () => {
    const { db, payments } = tables();
    const id = paymentIdOf('from-the-future');
    await record(store, id, sessionUpdate('IN_PROGRESS', 1));
    expect(await item(id)).toMatchObject({ schema: 1 });
    const Item = { ...(await item(id)), schema: 2, disputes: [{ id: 'd' }] };
    await db.send(new PutCommand({ TableName: payments, Item }));
    await record(store, id, sessionUpdate('COMPLETED', 2));
    expect(await item(id)).toMatchObject({ schema: 2, disputes: [{ id: 'd' }], stage: 'authorized' });
  });

  test('a save whose answer was lost counts as done, and is not made again', async () => {
    const id = paymentIdOf('answer-lost');
    const [payment, outcome] = await record(impatientStore(), id, sessionUpdate('IN_PROGRESS', 1));
    expect(outcome).toBe('advanced');
    expect(payment).toMatchObject({ version: 1, stage: 'in_progress' });
    expect(await store.find(id)).toEqual(JSON.parse(JSON.stringify(payment)));
  });

  test('a save whose answer was lost is found under those that came after it', async () => {
    const id = paymentIdOf('answer-late');
    const rival = sessionUpdate('FAILED', 2);
    const ours = await recordAll(
      impatientStore(() => record(store, id, rival)),
      { id },
      [sessionUpdate('IN_PROGRESS', 1)],
    );
    expect(ours.outcomes).toEqual(['advanced']);
    expect(ours.changes.map(({ pspStatus }) => pspStatus)).toEqual(['IN_PROGRESS']);
    expect(ours.payment.changes.map(({ pspStatus }) => pspStatus)).toEqual(['IN_PROGRESS', 'FAILED']);
  });

  test('the item keeps the ids of its latest ten saves', async () => {
    const id = paymentIdOf('many-saves');
    for (let minutes = 1; minutes <= 12; minutes++) await record(store, id, readHint('session', minutes));
    const { saveIds } = (await store.find(id)) ?? {};
    expect(new Set(saveIds).size).toBe(10);
  });

  test('the item says when it expires, and when and in which shard its next task is due', async () => {
    const dueAtSix = applyAll(readHint('session', 7), readHint('order', 5, 'o')).payment;
    await store.save({ ...dueAtSix, version: 0, id: paymentIdOf('due') });
    const confirmation = { sequence: 1, at: minute(70) };
    await store.save({
      ...applyAll(sessionUpdate('CANCELLED', 1)).payment,
      version: 0,
      id: paymentIdOf('done'),
      confirmation,
    });
    expect(await item('done')).toMatchObject({ expiresAt: Date.parse(minute(0)) / 1000 + 864_000 });
    expect(await item('due')).toMatchObject({
      expiresAt: Date.parse(minute(6)) / 1000 + 864_000, // counted from its next task on
      dueAt: minute(6),
      dueShard: expect.stringMatching(/^[0-7]$/),
    });
    expect(await item('due')).not.toHaveProperty('due');
    for (const name of ['dueAt', 'dueShard', 'due']) expect(await item('done')).not.toHaveProperty(name);
    for (const name of ['expiresAt', 'dueAt', 'dueShard'])
      expect(await store.find(paymentIdOf('due'))).not.toHaveProperty(name);
  });

  test('ten deliveries of one callback at once make one change', async () => {
    const id = paymentIdOf('ten-at-once');
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        record(store, id, { ...sessionUpdate('IN_PROGRESS', 1), observedAt: minute(2 + n) }),
      ),
    );
    expect(outcomes.filter(([, outcome]) => outcome === 'advanced')).toHaveLength(1);
    expect(outcomes.filter(([, outcome]) => outcome === 'duplicate')).toHaveLength(9);
    expect((await store.find(id))?.changes).toHaveLength(1);
  });

  test('twenty different callbacks at once are all recorded, in one sequence without gaps', async () => {
    const id = paymentIdOf('all-at-once');
    const contested = paymentStore({
      db: tables().db,
      table: tables().payments,
      retentionDays: 10,
      now,
      pause: pauseAfterRefusal,
    });
    const words = ['IN_PROGRESS', 'FAILED', 'BACK', 'ERROR'] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => record(contested, id, sessionUpdate(words[n % 4] ?? 'BACK', n))),
    );
    const payment = await store.find(id);
    expect(payment?.recentReports).toHaveLength(20);
    expect(payment?.session).toMatchObject({ word: 'ERROR', at: minute(19) });
    expect(payment?.changes.map(({ sequence }) => sequence)).toEqual(payment?.changes.map((_, n) => n + 1));
  });
});

describe('when DynamoDB fails', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  const db = mockClient(client);
  const throttled = new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} });
  const store = paymentStore({ db: client, table: 't', retentionDays: 1, now, pause });

  test('a failed read is thrown: it is not an unknown payment', async () => {
    db.on(GetCommand).rejects(throttled);
    await expect(store.find(paymentIdOf('order-1'))).rejects.toBe(throttled);
  });

  test('a failed write is thrown: it is not a lost race', async () => {
    db.on(PutCommand).rejects(throttled);
    await expect(store.save(openPayment(paymentIdOf('order-1'), minute(1)))).rejects.toBe(throttled);
  });

  test('a read is consistent, so that it sees every earlier save', async () => {
    db.on(GetCommand).resolves({});
    await store.find(paymentIdOf('order-1'));
    expect(db.commandCalls(GetCommand).at(-1)?.args[0].input).toMatchObject({ ConsistentRead: true });
  });
});
