import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTasks } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';

import { type FlowHouse, startFlowHouse } from '../../../support/flow-dependencies.ts';
import { named } from '../../../support/reports.ts';

let house: FlowHouse;
beforeAll(async () => {
  house = await startFlowHouse();
});
afterAll(() => house.klarna.stop());

/** A payment of a shop whose own backend made the session, with a session that Klarna does not know under our credentials. */
async function unknownAtKlarna(name: string): Promise<ReturnType<typeof named>> {
  const id = named(name);
  const now = house.ports.now();
  const facts = { hpp_session_id: 'not-ours', expires_at: new Date(now.getTime() + 47 * hours).toISOString() };
  await house.ports.store.save({ ...openPayment(id, now.toISOString()), facts });
  return id;
}

const hours = 3600_000;

describe('a session that Klarna does not know', () => {
  test('ends no payment while its time is not over: the reading fails, and is tried again', async () => {
    const id = await unknownAtKlarna('live');
    house.forward(3 * 60_000);
    const { failed } = await runTasks(house.ports, id);
    expect(failed).toMatchObject({ kind: 'read session', error: { status: 404 } });
    expect(house.payments.get(id)).toMatchObject({ stage: 'created', changes: [], backoff: { count: 1 } });
  });

  test('has ended the payment once its time is over', async () => {
    const id = await unknownAtKlarna('over');
    house.forward(48 * hours);
    await runTasks(house.ports, id);
    expect(house.payments.get(id)).toMatchObject({ stage: 'expired' });
  });
});
