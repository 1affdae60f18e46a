import { expect, test } from 'vitest';
import { type Journey, journey } from '../support/harness/journey.ts';

const ordered = async ({ create, shopper }: Journey) => {
  const { payment, hpp } = await create('authorize');
  await shopper(hpp, 'approve');
  return payment;
};

journey((relay) => {
  const operate = (payment: string, name: string, body: object, key = JSON.stringify(body)) =>
    relay().ask('POST', `/payments/${payment}/${name}`, { body, key: `${name} ${key}` });
  const stageOf = async (payment: string) => (await relay().ask('GET', `/payments/${payment}`)).body.stage;

  test('an order is captured in parts, and refunded in parts', async () => {
    const payment = await ordered(relay());
    const logEntries = {
      item_lines: [{ name: 'Lamp', price: 3000, quantity: 1, amount: 3000, tax_lines: [{ rate: 1900 }] }],
    };
    const shipping_info = [{ shipping_company: 'DHL', shipping_method: 'Home', tracking_number: '63428' }];
    expect(await operate(payment, 'captures', { ...logEntries, shipping_info })).toMatchObject({
      status: 201,
      body: { stage: 'part_captured', operation: { amount: 3000 } },
    });
    expect(await operate(payment, 'captures', {})).toMatchObject({
      status: 201,
      body: { stage: 'captured', operation: { amount: 7000 } },
    });
    expect(await operate(payment, 'refunds', { amount: 1000 })).toMatchObject({
      status: 201,
      body: { stage: 'part_refunded' },
    });
    expect(await operate(payment, 'refunds', {})).toMatchObject({
      status: 201,
      body: { stage: 'refunded', operation: { amount: 9000 } },
    });
    for (const name of ['captures', 'refunds'])
      expect(await operate(payment, name, {}, 'again')).toMatchObject({
        status: 409,
        body: { detail: 'nothing of the order is left for this' },
      });
    expect(
      (await relay().publishedChanges(payment)).slice(-8).map((change) => change.split(' ').slice(-3).join(' ')),
    ).toEqual([
      'SUCCESS/SUCCEEDED capture, ordered',
      'ordered → part_captured',
      'SUCCESS/SUCCEEDED capture, part_captured',
      'part_captured → captured',
      'SUCCESS/SUCCEEDED refund, captured',
      'captured → part_refunded',
      'SUCCESS/SUCCEEDED refund, part_refunded',
      'part_refunded → refunded',
    ]);
  });

  test("every answer, refusal, log entry and event has Klarna's correlation id of the request", async () => {
    const { ask, events, idle, logEntries } = relay();
    const payment = await ordered(relay());
    const done = [
      await operate(payment, 'captures', { amount: 500 }),
      await operate(payment, 'refunds', { amount: 100 }),
      await operate(payment, 'extension', {}),
      await operate(payment, 'release', {}),
      await operate(payment, 'cancellation', {}),
    ];
    await idle();
    const correlationIds = done.map(({ body }) => (body.operation as { correlation_id: string }).correlation_id);
    expect(correlationIds).toEqual(correlationIds.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)));
    const view = (await ask('GET', `/payments/${payment}`)).body.operations as { correlation_id?: string }[];
    expect(view.map(({ correlation_id }) => correlation_id)).toEqual([expect.any(String), ...correlationIds]);
    const published = JSON.stringify(events());
    expect(correlationIds.filter((id) => !published.includes(id))).toEqual([]);
    expect(
      correlationIds.filter((id) => !logEntries().some((entry) => entry.includes('"operation"') && entry.includes(id))),
    ).toEqual([]);
    expect(done.at(-1)?.body).toMatchObject({
      psp_status: 'CANCEL_NOT_ALLOWED',
      correlation_id: correlationIds.at(-1),
    });
  });

  test('the same request under the same key moves money once, and another request under that key is refused', async () => {
    const payment = await ordered(relay());
    const first = await operate(payment, 'captures', { amount: 400 }, 'one key');
    const again = await operate(payment, 'captures', { amount: 400 }, 'one key');
    expect(again.body).toEqual(first.body);
    const refused = () => operate(payment, 'cancellation', {}, 'one refusal');
    const [{ body }, repeated] = [await refused(), await refused()];
    expect(repeated.body).toEqual({ ...body, messages: undefined });
    expect((await operate(payment, 'captures', { amount: 500 }, 'one key')).status).toBe(422);
    expect((await relay().ask('GET', `/payments/${payment}`)).body.money).toMatchObject({ captured_amount: 400 });
  });

  test('ten requests at once under one key make one capture', async () => {
    const payment = await ordered(relay());
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => operate(payment, 'captures', { amount: 100 }, 'at once')),
    );
    expect(answers.filter(({ status }) => ![201, 202, 503].includes(status))).toEqual([]);
    await relay().idle();
    expect(await operate(payment, 'captures', { amount: 100 }, 'at once')).toMatchObject({ status: 201 });
    const order = relay()
      .emulated.control.orders()
      .find(({ purchase }) => purchase.merchant_reference2 === payment);
    expect(order?.captures).toHaveLength(1);
  });

  test('an amount above what is left is refused, and the answer says how much is left', async () => {
    const payment = await ordered(relay());
    await operate(payment, 'captures', { amount: 9000 });
    expect(await operate(payment, 'captures', { amount: 1001 })).toMatchObject({
      status: 422,
      body: { problems: [{ field: 'amount', reason: 'Klarna says that 1000 is left' }] },
    });
    expect((await operate(payment, 'refunds', { amount: 9001 })).status).toBe(422);
  });

  test('after a part was captured the rest can be released, and the payment is captured', async () => {
    const payment = await ordered(relay());
    expect(await operate(payment, 'release', {}, 'too early')).toMatchObject({
      status: 409,
      body: { psp_status: 'NOT_ALLOWED' },
    });
    await operate(payment, 'captures', { amount: 1 });
    expect(await operate(payment, 'release', {})).toMatchObject({ status: 201, body: { stage: 'captured' } });
  });

  test('an order that was not captured can be cancelled, and then not captured any more', async () => {
    const payment = await ordered(relay());
    expect(await operate(payment, 'cancellation', {})).toMatchObject({ status: 201, body: { stage: 'cancelled' } });
    expect(await operate(payment, 'captures', { amount: 400 })).toMatchObject({
      status: 409,
      body: { psp_status: 'CAPTURE_NOT_ALLOWED' },
    });
    expect((await relay().publishedChanges(payment)).slice(-3)).toEqual([
      expect.stringContaining('SUCCESS/SUCCEEDED cancellation, ordered'),
      expect.stringContaining('CANCELLED ERROR/FAILED ordered → cancelled'),
      expect.stringContaining('CAPTURE_NOT_ALLOWED ERROR/FAILED capture, cancelled'),
    ]);
  });

  test('an authorization, and the due date of a capture, can be extended', async () => {
    const payment = await ordered(relay());
    expect((await operate(payment, 'extension', {})).status).toBe(201);
    const { body } = await operate(payment, 'captures', { amount: 10 });
    const { capture_id } = body.operation as { capture_id: string };
    expect((await operate(payment, 'extension', { capture_id, number_of_days: 14 })).status).toBe(201);
    expect(await operate(payment, 'extension', { capture_id: 'none', number_of_days: 14 })).toMatchObject({
      status: 404,
      body: { psp_status: 'NO_SUCH_CAPTURE', state: 'ERROR', code: 'BAD_REQUEST' },
    });
  });

  test('a capture whose answer is lost is executed once, and a task records it', async () => {
    const { emulated, forward } = relay();
    const payment = await ordered(relay());
    emulated.control.answers([
      { path: '/captures', hang: true, applies: true, times: 1 },
      { path: '/captures', status: 503, times: 2 },
    ]);
    expect(await operate(payment, 'captures', { amount: 700 })).toMatchObject({
      status: 202,
      body: { operation: { state: 'WAITING' } },
    });
    expect(await stageOf(payment)).toBe('ordered');
    await forward(2 * 60_000);
    expect(await stageOf(payment)).toBe('part_captured');
    expect((await relay().ask('GET', `/payments/${payment}`)).body.money).toMatchObject({ captured_amount: 700 });
  });

  test('an operation without an order, a payment or a key is refused', async () => {
    const { payment } = await relay().create('authorize');
    expect((await operate(payment, 'captures', {})).status).toBe(409);
    expect((await operate('unknown', 'captures', {})).status).toBe(404);
    expect((await relay().ask('POST', `/payments/${payment}/captures`, { body: {} })).status).toBe(400);
  });

  test('an order that differs from the request of its payment is not captured', async () => {
    const { emulated, logEntries } = relay();
    const payment = await ordered(relay());
    const order = emulated.control.orders().find(({ purchase }) => purchase.merchant_reference2 === payment);
    if (order) order.original_order_amount = 1;
    expect((await operate(payment, 'captures', {})).status).toBe(409);
    expect(logEntries().some((entry) => entry.includes('"OrderMismatch":1'))).toBe(true);
    expect(order?.captures).toEqual([]);
  });
});
