import { expect, test } from 'vitest';
import { chargeRequestBody } from '../support/builders/merchant-bodies.ts';
import { type Journey, journey } from '../support/harness/journey.ts';

/** A payment whose shopper approved a customer token. */
const tokenised = async ({ create, shopper, ask }: Journey, flow = 'buy_and_tokenize') => {
  const { payment, hpp } = await create(flow);
  await shopper(hpp, 'approve');
  const { body } = await ask('GET', `/payments/${payment}`);
  const { customer_token_id } = body.references as Record<string, string>;
  return { payment, token: String(customer_token_id), body };
};
/** Klarna's own id of the token that was made last. */
const klarnaToken = ({ emulated }: Journey) => emulated.control.customerTokens().at(-1)?.token_id ?? '';

journey((relay) => {
  test('a tokenize payment stores a token and charges nothing', async () => {
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

  test('a payment with buy_and_tokenize makes the token first, then one order', async () => {
    const { payment, body } = await tokenised(relay());
    expect(body.stage).toBe('ordered');
    const kinds = (await relay().publishedChanges(payment))
      .map((change) => / (customer_token|order),/.exec(change)?.[1])
      .filter(Boolean);
    expect(kinds).toEqual(['customer_token', 'order']);
    expect(
      relay()
        .emulated.control.orders()
        .filter(({ purchase }) => purchase.merchant_reference2 === payment),
    ).toHaveLength(1);
  });

  test('the authorization is discarded once it was used, and the kept request is deleted', async () => {
    const { payment } = await tokenised(relay());
    expect(await relay().item(payment)).toMatchObject({
      facts: { authorizations: [{ fingerprint: expect.any(String) }] },
    });
    expect(JSON.stringify((await relay().item(payment))?.facts)).not.toContain('sealed');
    expect(JSON.stringify(await relay().items())).not.toContain(`${payment}/order`);
  });

  test('the merchant charges the token without the customer, once per key', async () => {
    const { ask } = relay();
    const { token } = await tokenised(relay());
    const pay = () =>
      ask('POST', `/customer-tokens/${token}/payments`, { key: 'july', body: chargeRequestBody('merchant') });
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

  test("a charge without the customer that Klarna refuses ends with Klarna's word", async () => {
    const { ask, emulated, publishedChanges } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnaToken(relay()), 'fail', 'PAYMENT_METHOD_FAILED');
    const failed = await ask('POST', `/customer-tokens/${token}/payments`, {
      key: 'k',
      body: chargeRequestBody('merchant'),
    });
    expect(failed).toMatchObject({
      status: 422,
      body: { psp_status: 'PAYMENT_METHOD_FAILED', state: 'ERROR', code: 'FAILED', stage: 'rejected' },
    });
    expect(failed.body).not.toHaveProperty('redirect_url');
    expect((await publishedChanges(String(failed.body.payment) as never)).at(-1)).toMatch(/created → rejected$/);
  });

  test("a customer who is present repairs a failed charge on Klarna's page, and the token works again", async () => {
    const { ask, emulated, shopper, publishedChanges } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnaToken(relay()), 'fail');
    const failed = await ask('POST', `/customer-tokens/${token}/payments`, {
      key: 'k',
      body: chargeRequestBody('customer'),
    });
    expect(failed).toMatchObject({
      status: 422,
      body: { psp_status: 'UNAVAILABLE_PAYMENT_METHOD', redirect_url: expect.any(String) },
    });
    await shopper(String(failed.body.redirect_url).split('/').at(-1) ?? '', 'approve');
    const { body } = await ask('GET', `/payments/${failed.body.payment}`);
    expect(body).toMatchObject({ flow: 'charge', stage: 'ordered' });
    expect((await publishedChanges(String(failed.body.payment) as never)).at(-1)).toMatch(/authorized → ordered$/);
    const again = await ask('POST', `/customer-tokens/${token}/payments`, {
      key: 'k2',
      body: chargeRequestBody('customer'),
    });
    expect(again.status).toBe(201);
  });

  test('tokens are listed by customer, and a cancelled token cannot be charged', async () => {
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
        .filter((entry) => entry.includes('token opened'))
        .at(-1),
    ).toContain('"purpose":"cancel"');
    expect((await ask('DELETE', `/customer-tokens/${token}`)).status).toBe(204);
    expect((await listed())[0]).toMatchObject({ customer_token: token, status: 'CANCELLED' });
    const charged = await ask('POST', `/customer-tokens/${token}/payments`, {
      key: 'k',
      body: chargeRequestBody('merchant'),
    });
    expect(charged).toMatchObject({ status: 422, body: { psp_status: 'TOKEN_CANCELED' } });
  });

  test('a token that ended at Klarna is listed as cancelled once it was shown', async () => {
    const { ask, emulated } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnaToken(relay()), 'cancel');
    expect((await ask('GET', `/customer-tokens/${token}`)).body.status).toBe('CANCELLED');
    const listed = (await ask('GET', '/customer-tokens?customer=customer-7')).body.customer_tokens;
    expect(listed).toContainEqual(expect.objectContaining({ customer_token: token, status: 'CANCELLED' }));
  });

  test("a token that Klarna no longer knows is answered with Klarna's word, not with 503", async () => {
    const { ask, emulated } = relay();
    const { token } = await tokenised(relay());
    emulated.control.token(klarnaToken(relay()), 'remove');
    const refusal = {
      psp_status: 'NOT_FOUND',
      state: 'ERROR',
      code: 'BAD_REQUEST',
      correlation_id: expect.any(String),
    };
    expect(await ask('GET', `/customer-tokens/${token}`)).toMatchObject({ status: 404, body: refusal });
    expect(await ask('DELETE', `/customer-tokens/${token}`)).toMatchObject({ status: 404, body: refusal });
  });

  test('an unknown token is 404, and a wrong charge lists its problems', async () => {
    const { ask } = relay();
    expect((await ask('GET', '/customer-tokens/unknown')).status).toBe(404);
    expect((await ask('GET', '/customer-tokens')).status).toBe(400);
    const { token } = await tokenised(relay());
    const { order } = chargeRequestBody('merchant');
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
      (await ask('POST', `/customer-tokens/${token}/payments`, { body: chargeRequestBody('merchant') })).body,
    ).toMatchObject({
      problems: [{ field: 'Idempotency-Key' }],
    });
  });
});
