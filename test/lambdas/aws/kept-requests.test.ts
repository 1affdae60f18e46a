import { generateKeyPairSync } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { compactDecrypt } from 'jose';
import { expect, test } from 'vitest';
import { requestDeleter, requestKeeper, requestOpener } from '../../../lambdas/aws/kept-requests.ts';
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
    await requestKeeper(requests())({ ...request, body });
    expect(await requestOpener(requests())(request)).toEqual(body);
  });
});
