import { expect, test } from 'vitest';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import { record } from '../../../../lambdas/payment/record.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('missed'); // all callbacks are lost

/** A payment that was just created. */
async function created() {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  return id;
}

test('a change that a scheduled read finds counts as a missed callback', async () => {
  const id = await created();
  flows.shopper(id);
  flows.forward(3 * minutes);
  const { completed, missed } = await flows.run(id);
  expect(new Set(completed)).toEqual(new Set(['read session', 'read order']));
  expect(missed.map(({ pspStatus, observedVia }) => `${pspStatus} ${observedVia}`)).toEqual(['COMPLETED session_read']);
});

test('no callback is missed while the session is untouched', async () => {
  const id = await created();
  flows.forward(3 * minutes);
  expect(await flows.run(id)).toMatchObject({ completed: ['read session'], missed: [] });
});

test('no callback is missed if a callback requested the read', async () => {
  const id = await created();
  flows.shopper(id);
  const observedAt = flows.ports.now().toISOString();
  await record(flows.ports.store, id, {
    id: 'empty',
    source: 'status_update',
    verifiedBy: 'url_secret',
    at: observedAt,
    observedAt,
    facts: {},
    readRequest: 'session',
  });
  flows.forward(1000);
  const { completed, missed } = await flows.run(id);
  expect(new Set(completed)).toEqual(new Set(['read session', 'read order']));
  expect(missed).toEqual([]);
});

test('no callback is missed when a session expires, since Klarna sends none', async () => {
  const id = await created();
  flows.forward(47.5 * hours);
  const { missed } = await flows.run(id);
  expect(flows.payment(id).stage).toBe('expired');
  expect(missed).toEqual([]);
});
