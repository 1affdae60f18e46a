import { expect, test } from 'vitest';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

const minutes = 60_000;
const hours = 60 * minutes;

journey((relay) => {
  const view = async (payment: string) => (await relay().ask('GET', `/payments/${payment}`)).body;
  const changes = async (payment: PaymentId) =>
    (await relay().publishedChanges(payment)).map((change) => change.split(' ').slice(4).join(' '));
  const warnings = async (payment: PaymentId) =>
    relay()
      .events()
      .filter(({ detail }) => (detail as { paymentId: string }).paymentId === payment)
      .flatMap(({ detail }) => (detail as { attention?: { reason: string; order_id?: string } }).attention ?? []);
  /** Klarna answers these requests in this way until the test is over. */
  const answersWith = (answer: { method?: string; path: string; status: number; error_code?: string; body?: object }) =>
    relay().emulated.control.answers([{ ...answer, times: 9999 }]);
  const recover = () => relay().emulated.control.clearAnswers();
  /** Orders that another backend placed; a payment for callbacks alone may claim each. */
  const placeElsewhere = async () => {
    const { create, shopper, emulated } = relay();
    const { hpp, payment } = await create('authorize');
    await shopper(hpp, 'approve');
    const order = emulated.control.orders().find(({ purchase }) => purchase.merchant_reference2 === payment);
    return order?.order_id ?? expect.fail();
  };
  const push = (payment: PaymentId, order_id: string) =>
    relay().post({ kind: 'push', payment, url: relay().mint('push', payment).replace('{order.id}', order_id) });

  test('an order is placed in time although the session cannot be read for hours', async () => {
    const { create, shopper, post, emulated, forward } = relay();
    const { payment, hpp } = await create('buy_and_tokenize');
    answersWith({ method: 'GET', path: '/hpp/v1/sessions', status: 503 });
    await post({ kind: 'status_update', payment, body: '' }); // only requests a read, and is due before the token
    await forward(5 * minutes);
    emulated.control.callbacks({ kinds: ['status_update'], does: 'lose' });
    await shopper(hpp, 'approve');
    await forward(minutes);
    expect(await view(payment)).toMatchObject({ stage: 'ordered' });
    emulated.control.callbacks({ does: 'send' });
    recover();
  });

  test('a risk stop whose notification is lost is learned all the same', async () => {
    const { create, shopper, emulated, forward } = relay();
    const { payment, hpp } = await create('capture');
    await shopper(hpp, 'approve');
    const { order_id } = emulated.control.orders().at(-1) ?? expect.fail();
    emulated.control.callbacks({ kinds: ['notification'], does: 'lose' });
    emulated.control.risk(order_id, 'stop');
    emulated.control.callbacks({ does: 'send' });
    await forward(5 * hours);
    expect((await changes(payment)).at(-1)).toBe('REJECTED ERROR/FAILED captured');
  });

  test('a risk stop that the order does not show at once is read again', async () => {
    const { create, shopper, emulated, forward, idle } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'approve');
    const { order_id } = emulated.control.orders().at(-1) ?? expect.fail();
    const authorization = `Basic ${Buffer.from('any:body').toString('base64')}`;
    const stale = await fetch(`${emulated.url}/ordermanagement/v1/orders/${order_id}`, { headers: { authorization } });
    const body = Object(await stale.json());
    emulated.control.answers([{ method: 'GET', path: order_id, status: 200, body, times: 1 }]);
    emulated.control.risk(order_id, 'stop');
    await idle();
    expect(await view(payment)).toMatchObject({ stage: 'ordered' });
    await forward(2 * minutes);
    expect(await view(payment)).toMatchObject({ stage: 'rejected' });
  });

  test('an order that cannot be read for a while after its push becomes the order of its payment', async () => {
    const { newPayment, forward } = relay();
    const payment = newPayment('early-push');
    const order_id = await placeElsewhere();
    answersWith({ method: 'GET', path: order_id, status: 404, error_code: 'NO_SUCH_ORDER' });
    expect(await push(payment, order_id)).toBe(200);
    await forward(10 * minutes);
    expect(await view(payment)).toMatchObject({ stage: 'created' });
    recover();
    await forward(15 * minutes);
    expect(await view(payment)).toMatchObject({ stage: 'ordered', references: { order_id } });
  });

  test('a session that is gone proves nothing once Klarna said that it made an order', async () => {
    const { create, shopper, emulated, forward } = relay();
    emulated.control.callbacks({ does: 'lose' });
    const { payment, hpp } = await create('authorize');
    answersWith({ method: 'GET', path: '/hpp/v1/sessions', status: 503 });
    await shopper(hpp, 'approve');
    await forward(47 * hours + 2 * minutes);
    recover();
    await forward(50 * minutes);
    expect(await warnings(payment)).toContainEqual({ reason: 'order_unclaimed' });
    await forward(3 * hours);
    emulated.control.callbacks({ does: 'send' });
    expect(await view(payment)).toMatchObject({ stage: 'created' });
    expect((await warnings(payment)).filter(({ reason }) => reason === 'order_unclaimed')).toHaveLength(1);
  });

  test('two orders whose pushes arrive at the same moment are both known: one is ours, the other is told', async () => {
    const { newPayment, forward } = relay();
    const payment = newPayment('paid-twice');
    const orders = [await placeElsewhere(), await placeElsewhere()];
    expect(await Promise.all(orders.map((order_id) => push(payment, order_id)))).toEqual([200, 200]);
    await forward(2 * minutes);
    const { references } = await view(payment);
    const { order_id } = Object(references);
    expect(orders).toContain(order_id);
    const other = orders.find((each) => each !== order_id);
    expect(await warnings(payment)).toEqual([{ reason: 'order_unclaimed', order_id: other }]);
  });

  test('an authorization that ran out while Klarna placed no orders ends the payment, and the status settles', async () => {
    const { create, shopper, forward } = relay();
    const { payment, hpp, answer } = await create('buy_and_tokenize');
    answersWith({ method: 'POST', path: '/authorizations/', status: 503 });
    await shopper(hpp, 'approve');
    expect(await view(payment)).toMatchObject({ stage: 'authorized' });
    await forward(3 * hours);
    recover();
    await forward(hours);
    expect(await view(payment)).toMatchObject({ stage: 'expired' });
    const status = await fetch(String(answer.body.status_url));
    expect(await status.json()).toMatchObject({ status: 'failed', decided: true });
  });

  test('no end of a session moves a payment that has an order', async () => {
    const { newPayment, post, forward } = relay();
    const payment = newPayment('paid-and-cancelled');
    await push(payment, await placeElsewhere());
    await forward(minutes);
    expect(await post({ kind: 'status_update', payment, body: statusUpdateBody('CANCELLED', 9) })).toBe(200);
    expect(await view(payment)).toMatchObject({ stage: 'ordered', session: { status: 'CANCELLED', final: true } });
  });

  test('a refund whose answer was lost for a day, and that Klarna shows without reference, is told as unknown once', async () => {
    const { ask, create, shopper, emulated, forward } = relay();
    const { payment, hpp } = await create('capture');
    await shopper(hpp, 'approve');
    const { refunds } = emulated.control.orders().at(-1) ?? expect.fail();
    emulated.control.answers([{ method: 'POST', path: '/refunds', hang: true, applies: true, times: 1 }]);
    answersWith({ method: 'POST', path: '/refunds', status: 503 });
    const refund = () => ask('POST', `/payments/${payment}/refunds`, { body: { amount: 1000 }, key: 'return-1' });
    expect(await refund()).toMatchObject({ status: 202 });
    for (const each of refunds) delete each.reference;
    await forward(23.5 * hours);
    recover();
    await forward(2 * hours);
    expect(refunds).toHaveLength(1);
    const unknown = (await changes(payment)).filter((change) => change.startsWith('UNKNOWN_RESPONSE'));
    expect(unknown).toEqual(['UNKNOWN_RESPONSE ERROR/FAILED refund, part_refunded']);
    expect(await view(payment)).toMatchObject({ stage: 'part_refunded', money: { refunded_amount: 1000 } });
    expect(await refund()).toMatchObject({ body: { psp_status: 'UNKNOWN_RESPONSE' } });
    expect(refunds).toHaveLength(1);
  });
});
