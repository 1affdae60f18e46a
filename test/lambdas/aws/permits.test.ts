import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { permits } from '../../../lambdas/aws/permits.ts';
import { minute } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

onEveryEngine((engine) => {
  const tables = tablesOn(engine);
  const call = { account: 'default', operation: 'readOrder', perSecond: 7 };
  let time = new Date(minute(30));

  /** The permits of one run. All runs share the table and the clock, which their pauses move on. */
  const newRun = () =>
    permits({
      db: tables().db,
      table: tables().progress,
      now: () => time,
      pause: async (ms) => {
        time = new Date(time.getTime() + ms);
      },
    });

  test('all runs together keep the rate, and calls beyond it wait for the next second', async () => {
    const granted: number[] = [];
    const take = async (permit: ReturnType<typeof permits>) => {
      expect(await permit(call)).toBe(true);
      granted.push(Math.floor(time.getTime() / 1000));
    };
    const runs = Array.from({ length: 4 }, newRun);
    for (let n = 0; n < 6; n++) for (const permit of runs) await take(permit);
    const seconds = Object.values(Object.groupBy(granted, String)).map((all) => all?.length);
    expect(seconds).toEqual([7, 7, 7, 3]);
  });

  test('each account and each operation has a rate of its own', async () => {
    time = new Date(time.getTime() + 60_000);
    const permit = newRun();
    const before = time;
    for (let n = 0; n < 7; n++) await permit(call);
    await permit({ ...call, account: 'other' });
    await permit({ ...call, operation: 'readHostedSession' });
    expect(time).toBe(before);
  });

  test('a call is refused after five seconds without a permit', async () => {
    time = new Date(time.getTime() + 60_000);
    const startedAt = time.getTime();
    expect(await newRun()({ ...call, perSecond: 0 })).toBe(false);
    expect(time.getTime() - startedAt).toBe(5000);
  });

  test('counters expire by themselves', async () => {
    const { Items = [] } = await tables().db.send(new ScanCommand({ TableName: tables().progress }));
    const counters = Items.filter(({ id }) => String(id).startsWith('rate/'));
    expect(counters.length).toBeGreaterThan(3);
    for (const { id, expiresAt } of counters) expect(expiresAt).toBe(Number(String(id).split('/').at(-1)) + 600);
  });
});
