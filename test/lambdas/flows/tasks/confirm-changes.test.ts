import { expect, test } from 'vitest';
import type { TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { minutes } from '../../../../lambdas/payment/clocks.ts';
import { record } from '../../../../lambdas/payment/record.ts';
import { sessionUpdate } from '../../../support/builders/reports.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('confirm');

/** Ports of a bus that has accepted `sequence` changes, and refuses all others if `refusal` is given. */
function busWith(sequence: number, refusal?: string) {
  const republishedFrom: number[] = [];
  const ports: Partial<TaskPorts> = {
    acknowledged: async () => sequence,
    republish: async ({ payment, from }) => {
      republishedFrom.push(from);
      if (refusal) return { published: 0, stuck: { reason: refusal } };
      return { published: payment.changes.length - from + 1 };
    },
  };
  return { republishedFrom, ports };
}

/** A payment whose first changes are an hour old. */
async function anHourOld() {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.forward(61 * minutes);
  return id;
}

test('changes are published from the first missing one, and that is kept', async () => {
  const id = await anHourOld();
  const { republishedFrom, ports } = busWith(0);
  const { completed, republication } = await flows.run(id, ports);
  expect(completed).toContain('confirm changes');
  expect(republishedFrom).toEqual([1]);
  expect(republication).toEqual({ published: flows.payment(id).changes.length });
  expect(flows.payment(id).confirmation?.sequence).toBe(flows.payment(id).changes.length);
});

test('changes that the publisher has acknowledged are not published again', async () => {
  const id = await anHourOld();
  const { republishedFrom, ports } = busWith(flows.payment(id).changes.length);
  expect((await flows.run(id, ports)).republication).toEqual({ published: 0 });
  expect(republishedFrom).toEqual([]);
});

test('a note of more changes than there are proves nothing', async () => {
  const id = await anHourOld();
  const { republishedFrom, ports } = busWith(99);
  await flows.run(id, ports);
  expect(republishedFrom).toEqual([1]);
});

test('a note of a change that was added since the payment was read proves all before it', async () => {
  const id = await anHourOld();
  const { republishedFrom, ports } = busWith(0);
  const addOne = async () => {
    const { changes } = flows.payment(id);
    await record(flows.ports.store, id, sessionUpdate('FAILED', 1));
    expect(flows.payment(id).changes.length).toBe(changes.length + 1);
    return changes.length + 1;
  };
  await flows.run(id, { ...ports, acknowledged: addOne });
  expect(republishedFrom).toEqual([]);
});

test('changes that the bus refuses are tried again after an hour, and postpone no other task', async () => {
  const id = await anHourOld();
  await flows.run(id, { acknowledged: async () => 0, republish: async () => ({ published: 0 }) });
  const { republishedFrom, ports } = busWith(0, 'ThrottlingException');
  flows.forward(61 * minutes);
  const refused = await flows.run(id, ports);
  expect(refused.republication).toEqual({ published: 0, refused: 'ThrottlingException' });
  expect(refused.failures).toEqual([]);
  expect(flows.payment(id).backoffs).toEqual({});
  expect((await flows.run(id, ports)).completed).toEqual([]);
  flows.forward(61 * minutes);
  await flows.run(id, ports);
  expect(republishedFrom).toEqual([1, 1]);
});

test('changes count as refused while the acknowledgements cannot be read', async () => {
  const id = await anHourOld();
  const { republication, failures } = await flows.run(id, {
    acknowledged: async () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    },
  });
  expect(republication).toEqual({ published: 0, refused: 'AccessDeniedException' });
  expect(failures).toEqual([]);
});

test('changes younger than ten minutes are not published again: they may be on their way', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.forward(3 * minutes);
  await flows.run(id);
  const before = flows.payment(id).changes.length;
  flows.shopper(id);
  flows.forward(58 * minutes);
  const { republishedFrom, ports } = busWith(before);
  const { completed } = await flows.run(id, ports);
  expect(completed).toContain('confirm changes');
  expect(flows.payment(id).changes.length).toBeGreaterThan(before);
  expect(republishedFrom).toEqual([]);
  expect(flows.payment(id).confirmation?.sequence).toBe(before);
});
