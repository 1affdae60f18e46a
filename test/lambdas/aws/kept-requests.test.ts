import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { compactDecrypt } from 'jose';
import { expect, test } from 'vitest';
import { requestDeleter, requestKeeper, requestOpener } from '../../../lambdas/aws/kept-requests.ts';
import { longLines } from '../../support/builders/long-lines.ts';
import { minute, paymentIdOf } from '../../support/builders/reports.ts';
import { onEveryEngine, tablesOn } from '../../support/engines/engines.ts';

const { publicKey: key, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const open = async ({ sealed }: { sealed: string }) => (await compactDecrypt(sealed, privateKey)).plaintext;
const now = () => new Date(minute(30));

onEveryEngine((engine) => {
  const tables = tablesOn(engine);
  const requests = () => ({ db: tables().db, table: tables().requests, key, now, open });

  test('a request is kept sealed, opens unchanged, and is deleted when it is forgotten', async () => {
    const request = { payment: paymentIdOf('order-1'), id: 'order' };
    const body = { name: 'Grace Hopper', lines: [1, 2, 3] };
    await requestKeeper(requests())({ ...request, body });
    const { db, table } = requests();
    const { Items } = await db.send(new ScanCommand({ TableName: table }));
    expect(Items).toEqual([
      { id: 'order-1/order', sealed: expect.any(String), expiresAt: now().getTime() / 1000 + 4 * 86_400 },
    ]);
    expect(JSON.stringify(Items)).not.toContain('Hopper');
    expect(await requestOpener(requests())(request)).toEqual(body);
    await requestDeleter(requests())(request);
    expect(await requestOpener(requests())(request)).toBeUndefined();
  });

  test('a request with a thousand lines of long names fits into one item', async () => {
    const request = { payment: paymentIdOf('long'), id: 'order' };
    const body = Array.from({ length: 1000 }, (_, n) => ({
      name: `${n} `.padEnd(255, 'lamp '),
      price: n,
      quantity: n,
      amount: n * n,
    }));
    expect(await requestKeeper(requests())({ ...request, body })).toBe('kept');
    expect(await requestOpener(requests())(request)).toEqual(body);
  });

  test('a thousand lines of 255 characters of which none repeats another are too large, and nothing is kept', async () => {
    const request = { payment: paymentIdOf('too-long'), id: 'order' };
    expect(await requestKeeper(requests())({ ...request, body: longLines(1000) })).toBe('too large');
    expect(await requestOpener(requests())(request)).toBeUndefined();
  });

  test('the largest request that is kept fits into an item', async () => {
    const request = { payment: paymentIdOf('p'.repeat(64)), id: 'i'.repeat(64) };
    const keep = (size: number) =>
      requestKeeper(requests())({ ...request, body: { noise: randomBytes((size * 3) / 4).toString('base64') } });
    let size = 400_000;
    while ((await keep(size)) === 'kept') size += 800;
    expect(size).toBeGreaterThan(400_000);
  });
});
