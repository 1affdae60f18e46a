import { expect, test } from 'vitest';
import { chargeBody } from '../support/builders/merchant-bodies.ts';
import { type Journey, journey } from '../support/harness/journey.ts';

const tokenised = async ({ create, shopper, ask }: Journey, flow = 'buy_and_tokenize') => {
  const { payment, hpp } = await create(flow);
  await shopper(hpp, 'approve');
  const { body } = await ask('GET', `/payments/${payment}`);
  const { customer_token_id } = body.references as Record<string, string>;
  return { payment, token: String(customer_token_id), body };
};
const klarnas = ({ emulated }: Journey) => emulated.control.customerTokens().at(-1)?.token_id ?? '';

journey((relay) => {
  test('an information request stores a token and charges nothing', async () => {
    const { token, body, payment } = await tokenised(relay(), 'tokenize');
    expect(body).toMatchObject({ stage: 'authorized', money: { order_amount: 0 } });
    expect(body).not.toHaveProperty('next_task');
    expect(
      relay()
        .emulated.control.orders()
        .some(({ purchase }) => purchase.merchant_reference2 === payment),
    ).toBe(false);
    expect((await relay().publishedChanges(payment)).at(-1)).toMatch(
      /^Payment Operation Finished #\d CREATE .* customer_token, authorized$/,
    );
    expect(await relay().ask('GET', `/customer-tokens/${token}`)).toMatchObject({
      status: 200,
      body: { status: 'ACTIVE', payment },
    });
  });

  test('a purchase with a token makes the token first, then one order', async () => {
    const { payment, body } = await tokenised(relay());
    expect(body.stage).toBe('ordered');
    const kinds = (await relay().publishedChanges(payment))
      .map((line) => / (customer_token|order),/.exec(line)?.[1])
      .filter(Boolean);
    expect(kinds).toEqual(['customer_token', 'order']);
    expect(
      relay()
        .emulated.control.orders()
        .filter(({ purchase }) => purchase.merchant_reference2 === payment),
    ).toHaveLength(1);
  });

  test('the authorization has left the item once it was used, and so has the request', async () => {
    const { payment } = await tokenised(relay());
    expect(await relay().item(payment)).toMatchObject({
      facts: { authorizations: [{ fingerprint: expect.any(String) }] },
    });
    expect(JSON.stringify((await relay().item(payment))?.facts)).not.toContain('sealed');
    expect(JSON.stringify(await relay().items())).not.toContain(`${payment}/order`);
  });

  test('MIT: the merchant charges the token while the customer is away, once per key', async () => {
    const { ask } = relay();
    const { token } = await tokenised(relay());
    const pay = () => ask('POST', `/customer-tokens/${token}/payments`, { key: 'july', body: chargeBody('merchant') });
    const first = await pay();
    expect(first).toMatchObject({
      status: 201,
      body: { stage: 'ordered', operation: { kind: 'charge', psp_status: 'SUCCESS', amount: 10_000 } },
    });
    expect(await pay()).toMatchObject({ status: 201, body: { payment: first.body.payment } });
    const orders = relay()
      .emulated.control.orders()
      .filter(({ purchase }) => purchase.merchant_reference2 === first.body.payment);
    expect(orders).toHaveLength(1);
  });

  test('MIT: a charge that Klarna refuses ends, with its word', async () => {
    const { ask, emulated, publishedChanges } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnas(relay()), 'fail', 'PAYMENT_METHOD_FAILED');
    const failed = await ask('POST', `/customer-tokens/${token}/payments`, { key: 'k', body: chargeBody('merchant') });
    expect(failed).toMatchObject({
      status: 422,
      body: { psp_status: 'PAYMENT_METHOD_FAILED', state: 'ERROR', code: 'FAILED', stage: 'rejected' },
    });
    expect(failed.body).not.toHaveProperty('redirect_url');
    expect((await publishedChanges(String(failed.body.payment) as never)).at(-1)).toMatch(/created → rejected$/);
  });

  test("CIT: a charge that fails while the customer is there is repaired on Klarna's page, and the token works again", async () => {
    const { ask, emulated, shopper, publishedChanges } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnas(relay()), 'fail');
    const failed = await ask('POST', `/customer-tokens/${token}/payments`, { key: 'k', body: chargeBody('customer') });
    expect(failed).toMatchObject({
      status: 422,
      body: { psp_status: 'UNAVAILABLE_PAYMENT_METHOD', redirect_url: expect.any(String) },
    });
    await shopper(String(failed.body.redirect_url).split('/').at(-1) ?? '', 'approve');
    const { body } = await ask('GET', `/payments/${failed.body.payment}`);
    expect(body).toMatchObject({ flow: 'charge', stage: 'ordered' });
    expect((await publishedChanges(String(failed.body.payment) as never)).at(-1)).toMatch(/authorized → ordered$/);
    const again = await ask('POST', `/customer-tokens/${token}/payments`, { key: 'k2', body: chargeBody('customer') });
    expect(again.status).toBe(201);
  });

  test('tokens are listed by customer, and one that is cancelled charges nothing more', async () => {
    const { ask, logEntries } = relay();
    const { token } = await tokenised(relay());
    const listed = async () =>
      (await ask('GET', '/customer-tokens?customer=customer-7')).body.customer_tokens as {
        customer_token: string;
        status: string;
      }[];
    expect((await listed())[0]).toMatchObject({ customer_token: token, status: 'ACTIVE' });
    expect((await ask('DELETE', `/customer-tokens/${token}`)).status).toBe(204);
    expect(
      logEntries()
        .filter((line) => line.includes('token opened'))
        .at(-1),
    ).toContain('"purpose":"cancel"');
    expect((await ask('DELETE', `/customer-tokens/${token}`)).status).toBe(204);
    expect((await listed())[0]).toMatchObject({ customer_token: token, status: 'CANCELLED' });
    const charged = await ask('POST', `/customer-tokens/${token}/payments`, { key: 'k', body: chargeBody('merchant') });
    expect(charged).toMatchObject({ status: 422, body: { psp_status: 'TOKEN_CANCELED' } });
  });

  test('a token that ended at Klarna is listed as it is from the moment that somebody looked', async () => {
    const { ask, emulated } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnas(relay()), 'cancel');
    expect((await ask('GET', `/customer-tokens/${token}`)).body.status).toBe('CANCELLED');
    const listed = (await ask('GET', '/customer-tokens?customer=customer-7')).body.customer_tokens;
    expect(listed).toContainEqual(expect.objectContaining({ customer_token: token, status: 'CANCELLED' }));
  });

  test("a token that Klarna no longer knows is told in Klarna's word, not as our trouble", async () => {
    const { ask, emulated } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnas(relay()), 'remove');
    const told = { psp_status: 'NOT_FOUND', state: 'ERROR', code: 'BAD_REQUEST', correlation_id: expect.any(String) };
    expect(await ask('GET', `/customer-tokens/${token}`)).toMatchObject({ status: 404, body: told });
    expect(await ask('DELETE', `/customer-tokens/${token}`)).toMatchObject({ status: 404, body: told });
  });

  test('what is not a token of ours is 404, what is not a charge says why', async () => {
    const { ask } = relay();
    expect((await ask('GET', '/customer-tokens/nobody')).status).toBe(404);
    expect((await ask('GET', '/customer-tokens')).status).toBe(400);
    const { token } = await tokenised(relay());
    const { order } = chargeBody('merchant');
    expect(await ask('POST', `/customer-tokens/${token}/payments`, { key: 'k', body: { order } })).toMatchObject({
      status: 422,
      body: {
        problems: [
          { field: 'initiator', reason: 'is missing' },
          { field: 'shipments', reason: 'is missing' },
        ],
      },
    });
    expect(
      (await ask('POST', `/customer-tokens/${token}/payments`, { body: chargeBody('merchant') })).body,
    ).toMatchObject({
      problems: [{ field: 'Idempotency-Key' }],
    });
  });
});
