import { describe, expect, test } from 'vitest';
import { minutes, onTheRoad } from '../support/flow-walk.ts';

const { house, road, fresh } = await onTheRoad('hour');

/** Klarna does not answer these questions until `mend`. */
const fail = (path: string) => house.klarna.control.answers([{ path, status: 503, times: 10_000 }]);
const mend = () => house.klarna.control.clearAnswers();

describe('within the hour of an authorization', () => {
  test('an outage of fifty minutes loses no order', async () => {
    const id = fresh();
    await road.create(id, 'buy_and_tokenize');
    road.shopper(id);
    await road.pass(id, 2 * minutes);
    expect(road.item(id).stage).toBe('ordered');
    const other = fresh();
    await road.create(other, 'buy_and_tokenize');
    road.shopper(other);
    fail('/authorizations/');
    await road.pass(other, 50 * minutes);
    mend();
    await road.pass(other, 8 * minutes);
    expect(road.orders(other)).toHaveLength(1);
    expect(road.item(other).stage).toBe('ordered');
  });

  test('the order does not wait for a customer token that nobody can make', async () => {
    const id = fresh();
    await road.create(id, 'buy_and_tokenize');
    road.shopper(id);
    fail('/customer-token');
    await road.pass(id, 56 * minutes);
    mend();
    expect(road.orders(id)).toHaveLength(1);
    expect(road.item(id)).toMatchObject({ stage: 'ordered' });
    expect(road.item(id).operations.map(({ kind, result }) => `${kind} ${result?.pspStatus}`)).toEqual([
      'session CREATE',
      'customer_token UNKNOWN_RESPONSE',
      'order SUCCESS',
    ]);
  });

  test('a customer token that is all that was wanted is asked for to the end', async () => {
    const id = fresh();
    await road.create(id, 'tokenize');
    road.shopper(id);
    fail('/customer-token');
    await road.pass(id, 52 * minutes);
    mend();
    await road.pass(id, 6 * minutes);
    expect(road.item(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
  });
});

describe('a session that was to make a customer token only', () => {
  test('has come to its end when Klarna refuses it', async () => {
    const id = fresh();
    await road.create(id, 'tokenize');
    road.shopper(id);
    house.klarna.control.answers([{ path: '/customer-token', status: 403, error_code: 'NOT_ALLOWED' }]);
    await road.pass(id, 4 * minutes);
    expect(road.item(id)).toMatchObject({ stage: 'rejected' });
    expect(JSON.stringify(road.item(id))).not.toContain('sealed');
  });
});
