import { expect, test } from 'vitest';
import { klarnaPurchase, onEmulator, testedKlarna } from '../../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const create = (more: object = {}) => ask('POST', '/payments/v1/sessions', { body: klarnaPurchase(more) });
const [lamp, otherLine] = klarnaPurchase().order_lines;

test('a payment session is created, read and updated', async () => {
  const { status, body } = await create();
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { client_token: expect.any(String), payment_method_categories: expect.any(Array) },
  });
  const path = `/payments/v1/sessions/${body.session_id}`;
  expect((await ask('POST', path, { body: klarnaPurchase({ merchant_reference1: '1002' }) })).status).toBe(204);
  expect(await ask('GET', path)).toMatchObject({
    status: 200,
    body: { status: 'incomplete', order_amount: 10_000, merchant_reference1: '1002' },
  });
});

test('an unknown payment session is not found', async () => {
  const path = '/payments/v1/sessions/00000000-0000-4000-8000-000000000000';
  expect(await ask('GET', path)).toMatchObject({ status: 404 });
});

test.each([
  ['without lines', { order_lines: [] }],
  ['whose lines do not add up', { order_amount: 9999 }],
  ['whose tax does not add up', { order_tax_amount: 1 }],
  ['with a line that is more than quantity times price', { order_lines: [{ ...lamp, total_amount: 6001 }, otherLine] }],
  [
    'with a tax that no tax rate explains',
    { order_lines: [{ ...lamp, total_tax_amount: 900 }, otherLine], order_tax_amount: 900 },
  ],
  ['with the name of a country', { purchase_country: 'Germany' }],
  ['with the name of a currency', { purchase_currency: 'Euro' }],
  ['with a negative amount', { order_amount: -1 }],
  ['with a callback URL without TLS', { merchant_urls: { notification: 'http://shop.example' } }],
  ['with an unknown intent', { intent: 'barter' }],
  ['with a long reference', { merchant_reference1: 'x'.repeat(256) }],
])("a session %s is refused in Klarna's error envelope", async (_, more) => {
  const { status, body, headers } = await create(more);
  expect({ status, code: body.error_code }).toMatchObject({ status: 400, code: 'BAD_VALUE' });
  expect(body.error_messages).toContainEqual(expect.any(String));
  expect(headers.get('klarna-correlation-id')).toBe(body.correlation_id);
});

onEmulator('the tax of a line may differ from the exact one by one minor unit, and no more', async () => {
  const taxed = (tax: number) =>
    create({ order_lines: [{ ...lamp, tax_rate: 1900, total_tax_amount: tax }, otherLine], order_tax_amount: tax });
  const answers = await Promise.all([956, 957, 958, 959, 960].map(taxed));
  expect(answers.map(({ status }) => status)).toEqual([400, 200, 200, 400, 400]);
});

onEmulator('in the US tax is a line of its own', async () => {
  const us = (order_lines: object[], order_tax_amount: number) =>
    create({ purchase_country: 'US', purchase_currency: 'USD', order_lines, order_amount: 10_800, order_tax_amount });
  const tax = { type: 'sales_tax', name: 'Sales tax', quantity: 1, unit_price: 800, total_amount: 800 };
  expect((await us([lamp ?? {}, otherLine ?? {}, tax], 800)).status).toBe(200);
  expect((await us([{ ...lamp, total_tax_amount: 958, tax_rate: 1900 }, otherLine ?? {}, tax], 1758)).status).toBe(400);
});

test('a session has at most 1000 lines', async () => {
  const of = (count: number) => ({
    order_amount: count,
    order_lines: Array(count).fill({ name: 'x', quantity: 1, unit_price: 1, total_amount: 1 }),
  });
  expect([(await create(of(1000))).status, (await create(of(1001))).status]).toEqual([200, 400]);
});

onEmulator('only a session that tokenizes may have no amount', async () => {
  const free = { order_amount: 0, order_lines: [{ name: 'x', quantity: 1, unit_price: 0, total_amount: 0 }] };
  expect([(await create(free)).status, (await create({ ...free, intent: 'tokenize' })).status]).toEqual([400, 200]);
});
