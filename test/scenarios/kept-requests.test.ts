import { describe, expect, test } from 'vitest';
import type { TaskPorts } from '../../lambdas/flows/tasks/run-tasks.ts';
import { minutes } from '../../lambdas/payment/clocks.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('kept-request');

test('a repeat of a finished request keeps nothing of the shopper again', async () => {
  const [buyer, id] = [await flows.ordered(), flows.newPayment()];
  expect((await flows.create(buyer, 'buy_and_tokenize')).outcome).toBe('created');
  const charge = () => flows.charge({ payment: id, buyer });
  expect([(await charge()).outcome, (await charge()).outcome]).toEqual(['finished', 'finished']);
  expect([...flows.keptRequests(buyer), ...flows.keptRequests(id)]).toEqual([]);
});

describe('a repeat that keeps its request after the first one was answered leaves nothing of the shopper behind', () => {
  /** The ports of a request that is overtaken by `first` just before it keeps its own request. */
  const overtakenBy = (first: () => Promise<unknown>): Partial<TaskPorts> => ({
    keepRequest: async (request) => {
      await first();
      return flows.ports.keepRequest(request);
    },
  });

  test('of a capture', async () => {
    const id = await flows.ordered('authorize');
    const capture = (ports?: Partial<TaskPorts>) =>
      flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } }, ports);
    expect((await capture(overtakenBy(capture))).outcome).toBe('finished');
    expect([flows.keptRequests(id), flows.orders(id)[0]?.captures.length]).toEqual([[], 1]);
  });

  test('of a charge', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    const charge = (ports?: Partial<TaskPorts>) => flows.charge({ payment: id, buyer }, ports);
    expect((await charge(overtakenBy(charge))).outcome).toBe('finished');
    expect([flows.keptRequests(id), flows.orders(id).length]).toEqual([[], 1]);
  });
});

test('a payment that the risk decision rejects leaves nothing of the shopper behind', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id, 'approve_rejected');
  await flows.pass(id, 4 * minutes);
  expect([flows.payment(id).stage, flows.keptRequests(id)]).toEqual(['rejected', []]);
});

test('an order is requested again with the same URLs, even if the callback key was rotated meanwhile', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  flows.klarna.control.answers([{ method: 'POST', path: '/order', applies: true, status: 503, times: 3 }]);
  flows.forward(3 * minutes);
  await flows.run(id);
  expect(flows.payment(id).facts.order_id).toBeUndefined();
  const { urls } = flows.ports;
  const rotated = (url: string) => url.replace('http://127.0.0.1:9', 'http://127.0.0.1:9/another-key');
  flows.ports.urls = (payment) => {
    const { status_update, authorization, notification, push } = urls(payment);
    return { status_update, authorization, notification: rotated(notification), push: rotated(push) };
  };
  flows.forward(3 * minutes);
  await flows.run(id);
  flows.ports.urls = urls;
  expect([flows.payment(id).stage, flows.payment(id).conflicts]).toEqual(['ordered', []]);
});
