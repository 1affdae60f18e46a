import { expect, test } from 'vitest';
import { longLines } from '../support/builders/long-lines.ts';
import { sessionRequestBody } from '../support/builders/merchant-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('the same request under the same key is the same payment, and one session at Klarna', async () => {
    const { ask, emulated } = relay();
    const before = emulated.control.sessions().length;
    const create = () => ask('POST', '/payments', { key: 'cart 1001', body: sessionRequestBody() });
    const [first, second] = [await create(), await create()];
    expect(first.status).toBe(201);
    expect(second).toEqual(first);
    expect(emulated.control.sessions().length).toBe(before + 1);
  });

  test('a key may have any letters, and a repeat may order its fields in another way', async () => {
    const create = (body: object) => relay().ask('POST', '/payments', { key: 'köp 1001', body });
    const body = sessionRequestBody();
    const first = await create(body);
    expect(first.status).toBe(201);
    expect(await create(Object.fromEntries(Object.entries(body).reverse()))).toEqual(first);
  });

  test('a request whose lines are too large to be kept is refused, with the field, before anything is created', async () => {
    const { ask, emulated, create, shopper } = relay();
    const before = emulated.control.sessions().length;
    const item_lines = longLines(1000);
    const order = { ...sessionRequestBody().order, amount: 1000 };
    const body = { ...sessionRequestBody({ flow: 'buy_and_tokenize' }), order, shipments: [{ item_lines }] };
    const refused = (field: string) => ({ status: 413, body: { problems: [{ field }] } });
    expect(await ask('POST', '/payments', { key: 'large', body })).toMatchObject(refused('shipments'));
    expect(emulated.control.sessions().length).toBe(before);
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'approve');
    const capture = { key: 'large', body: { item_lines } };
    expect(await ask('POST', `/payments/${payment}/captures`, capture)).toMatchObject(refused('item_lines'));
    expect((await ask('GET', `/payments/${payment}`)).body).toMatchObject({ operations: [{ kind: 'session' }] });
  });

  test('another request under that key is refused', async () => {
    const { ask } = relay();
    await ask('POST', '/payments', { key: 'cart 1002', body: sessionRequestBody() });
    expect(
      (await ask('POST', '/payments', { key: 'cart 1002', body: sessionRequestBody({ flow: 'capture' }) })).status,
    ).toBe(422);
  });

  test('ten requests at once under one key give the shopper one page', async () => {
    const { ask } = relay();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask('POST', '/payments', { key: 'at once', body: sessionRequestBody() })),
    );
    const pages = answers.filter(({ status }) => status === 201).map(({ body }) => body.redirect_url);
    expect(pages.length).toBeGreaterThan(0);
    expect(new Set(pages).size).toBe(1);
  });

  test('a refusal lists every wrong field at once, by name and without its value', async () => {
    const { order, ...rest } = sessionRequestBody();
    const customer = { ...rest.customer, birthdate: '1987-15-08' };
    const answer = await relay().ask('POST', '/payments', {
      body: { ...rest, customer, order: { amount: 1 }, colour: 'red' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.problems).toEqual([
      { field: 'order.redirection', reason: 'is missing' },
      { field: 'order.currency_code', reason: 'is missing' },
      { field: 'customer.birthdate', reason: 'must be a past date, yyyy-mm-dd' },
      { field: 'colour', reason: 'is not a field of this request' },
      { field: 'order.amount', reason: 'the lines add up to 10000' },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('1987');
  });

  test("Klarna's refusal is answered and published with its word", async () => {
    const { ask, emulated, publishedChanges } = relay();
    emulated.control.answers([{ method: 'POST', path: '/payments/v1/sessions', status: 400, error_code: 'BAD_VALUE' }]);
    const answer = await ask('POST', '/payments', { key: 'refused', body: sessionRequestBody() });
    const refusal = { psp_status: 'BAD_VALUE', state: 'ERROR', code: 'FAILED', correlation_id: expect.any(String) };
    expect(answer).toMatchObject({ status: 422, body: { ...refusal, operation: { kind: 'session' } } });
    expect(await publishedChanges(String(answer.body.payment) as never)).toEqual([
      'Payment Operation Finished #1 BAD_VALUE ERROR/FAILED session, created',
    ]);
    const { messages, ...kept } = answer.body;
    expect((await ask('POST', '/payments', { key: 'refused', body: sessionRequestBody() })).body).toEqual(kept);
  });

  test('when Klarna does not answer, a repeat under the same key continues where the first stopped', async () => {
    const { ask, emulated } = relay();
    emulated.control.answers([{ method: 'POST', path: '/hpp/v1/sessions', status: 503, times: 3 }]);
    expect((await ask('POST', '/payments', { key: 'again', body: sessionRequestBody() })).status).toBe(503);
    const before = emulated.log().filter((entry) => 'path' in entry && entry.path === '/payments/v1/sessions').length;
    const answer = await ask('POST', '/payments', { key: 'again', body: sessionRequestBody() });
    expect(answer.status).toBe(201);
    expect(emulated.log().filter((entry) => 'path' in entry && entry.path === '/payments/v1/sessions')).toHaveLength(
      before,
    );
    expect((await ask('GET', `/payments/${answer.body.payment}`)).body).toMatchObject({ stage: 'created' });
  });

  test('an account that is not configured is refused', async () => {
    const answer = await relay().ask('POST', '/payments', { body: sessionRequestBody({ account: 'moon' } as object) });
    expect(answer).toMatchObject({ status: 422, body: { problems: [{ field: 'account' }] } });
  });

  test('Klarna receives every callback URL and the payment id', async () => {
    const { payment, hpp } = await relay().create('authorize');
    const log = relay()
      .emulated.log()
      .flatMap((entry) => ('body' in entry && entry.method === 'POST' ? [entry] : []));
    const session = log.findLast(({ path }) => path === '/payments/v1/sessions')?.body;
    expect(session).toMatchObject({
      merchant_reference1: '1001',
      merchant_reference2: payment,
      merchant_urls: {
        authorization: expect.stringContaining(`/callbacks/authorization/${payment}/`),
        notification: expect.stringContaining(`/callbacks/notification/${payment}/`),
        push: expect.stringMatching(/\?order=\{order\.id\}$/),
      },
    });
    expect(hpp).not.toBe('');
  });
});
