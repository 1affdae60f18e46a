import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { nextKlarnaTask } from '../../../../lambdas/payment/tasks/tasks.ts';
import { tokenTasks } from '../../../../lambdas/payment/tasks/token-tasks.ts';
import { answered, claimed, nextOf, paymentAfter, sessionFacts } from '../../../support/builders/payments.ts';
import {
  applyTo,
  goneSession,
  minute,
  minuteOf,
  orderRead,
  refusedEnd,
  sessionRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../../../support/builders/reports.ts';

/** A session that was read in minute 2 and completed with a token in minute 5. */
const inHand = [sessionRead(2), sessionUpdate('COMPLETED', 5, tokenFacts('a', 5))];
const another = (payment: Payment, at = 9) =>
  applyTo(payment, { ...stageReport('authorized', at, tokenFacts('b', at)), id: `b@${at}` });
const tokenTask = (payment: Payment) =>
  tokenTasks(payment).map(({ kind, dueAt }) => `${kind} at ${minuteOf(dueAt)}`)[0] ?? 'nothing';

describe('an authorization in hand', () => {
  test.each(['tokenize', 'buy_and_tokenize'] as const)('of flow %s becomes a customer token first', (flow) => {
    expect(nextOf(paymentAfter(flow, ...inHand))).toBe('create customer token at 5');
  });

  test('becomes an order once the customer token was created or refused', () => {
    for (const answer of ['SUCCESS', 'CAPTURE_NOT_ALLOWED'] as const) {
      const requested = claimed(paymentAfter('buy_and_tokenize', ...inHand), 'customer_token', 'a');
      expect(nextOf(answered(requested, 'customer_token', 6, answer))).toBe('place order at 5');
    }
    expect(nextOf(paymentAfter('charge', ...inHand))).toBe('place order at 5');
  });

  test('becomes an order where another one made the customer token', () => {
    const payment = paymentAfter('buy_and_tokenize', ...inHand);
    expect(tokenTask({ ...payment, facts: { ...payment.facts, customer_token_id: 'c' } })).toBe('place order at 5');
  });

  test.each(['buy_and_tokenize', 'tokenize'] as const)(
    'of flow %s asks for a customer token where Klarna refused one for another authorization',
    (flow) => {
      const refused = answered(claimed(paymentAfter(flow, ...inHand), 'customer_token', 'a'), 'customer_token');
      expect(tokenTask(another(refused))).toBe('create customer token at 9');
    },
  );

  test('asks for a customer token although another authorization was used for an order', () => {
    const tried = answered(claimed(paymentAfter('buy_and_tokenize', ...inHand), 'order', 'another'), 'order');
    expect(nextOf(tried)).toBe('create customer token at 5');
  });

  test.each([
    ['for the customer token that was requested with another one', 'buy_and_tokenize', 'customer_token', 'another'],
    ['while an order is requested with another one', 'charge', 'order', 'another'],
    ['while it is used itself', 'charge', 'order', 'a'],
  ] as const)('waits %s', (_, flow, kind, fingerprint) => {
    const payment = claimed(paymentAfter(flow, ...inHand), kind, fingerprint, 60);
    expect(tokenTask(payment)).toBe('discard token at 65');
    expect(nextOf(payment)).toBe('read session at 10');
  });

  test('waits for no other operation', () => {
    expect(nextOf(claimed(paymentAfter('charge', ...inHand), 'capture', 'a', 60))).toBe('place order at 5');
    const charged = answered(claimed(paymentAfter('charge', ...inHand), 'charge', 'a'), 'charge');
    expect(nextOf(charged)).toBe('place order at 5');
    const captured = answered(claimed(paymentAfter('tokenize', ...inHand), 'capture', 'a'), 'capture');
    expect(nextOf(captured)).toBe('create customer token at 5');
  });

  test('that Klarna refused is not used again, but another one is', () => {
    const refused = answered(claimed(paymentAfter('charge', ...inHand), 'order', 'a'), 'order');
    expect(tokenTask(refused)).toBe('discard token at 65');
    expect(tokenTask(another(refused))).toBe('place order at 9');
  });

  test('makes no order in flow tokenize, and is discarded after an hour', () => {
    const payment = answered(claimed(paymentAfter('tokenize', ...inHand), 'customer_token', 'a'), 'customer_token');
    expect(nextKlarnaTask(payment)).toEqual({ kind: 'discard token', about: 'a', dueAt: minute(65) });
  });

  test.each(['capture', 'authorize', 'review', undefined] as const)(
    'of flow %s is never ours to use, and is discarded after an hour',
    (flow) => {
      const payment = paymentAfter(flow, ...inHand);
      expect(tokenTask(payment)).toBe('discard token at 65');
      expect(tokenTask(applyTo(payment, tokenSpent('a', 66)))).toBe('nothing');
    },
  );

  test('is used only while the payment is authorized', () => {
    expect(tokenTask(paymentAfter('charge', ...inHand, refusedEnd('rejected', 6)))).toBe('discard token at 65');
  });
});

describe('an authorization that ran out', () => {
  const over = [...inHand, tokenSpent('a', 65)];
  const concluded = 'conclude authorization at 66';

  test.each(['buy_and_tokenize', 'charge', 'tokenize'] as const)('unused is concluded: flow %s', (flow) => {
    expect(tokenTask(paymentAfter(flow, ...over))).toBe(concluded);
  });

  test('is concluded from the newest one on', () => {
    const both = applyTo(another(paymentAfter('charge', ...inHand)), tokenSpent('a', 65), tokenSpent('b', 70));
    expect(tokenTask(both)).toBe('conclude authorization at 70');
  });

  test('is not concluded while the shopper may authorize again: only after the session has ended and was read', () => {
    const granted = [sessionUpdate('IN_PROGRESS', 1), stageReport('authorized', 5, tokenFacts('a', 5))];
    const open = paymentAfter('buy_and_tokenize', ...granted, tokenSpent('a', 65));
    expect(tokenTask(open)).toBe(`conclude authorization at ${47 * 60 + 2}`);
    expect(tokenTask(applyTo(open, sessionUpdate('COMPLETED', 70)))).toBe(concluded);
    const { expires_at, ...facts } = open.facts;
    expect(tokenTask({ ...open, facts })).toBe(`conclude authorization at ${48 * 60 + 2}`);
    expect(tokenTask({ ...open, facts: { ...facts, expires_at: minute(40) } })).toBe(concluded);
  });

  const held = paymentAfter('buy_and_tokenize', ...over);
  const implied = applyTo(held, { ...stageReport('authorized', 67), id: 'x', doubt: 'order_id' });
  test.each<[what: string, payment: Payment]>([
    ['the flow leaves it to Klarna', paymentAfter('authorize', ...over)],
    ['another backend uses it', paymentAfter(undefined, ...over)],
    ['there was none', paymentAfter('charge', sessionUpdate('COMPLETED', 5))],
    ['an order came of it', { ...held, facts: { ...held.facts, order_id: 'o' } }],
    ['Klarna implies an order', implied],
    ['a request is under way', claimed(held, 'order', 'a', 60)],
    ['the payment moved on', applyTo(held, orderRead('ordered', 67, { order_id: 'o' }))],
    ['the payment ended', applyTo(held, refusedEnd('expired', 67))],
  ])('is not concluded where %s', (_, payment) => {
    expect(tokenTask(payment)).toBe('nothing');
  });

  test('and made a customer token is concluded where an order should follow, and only there', () => {
    const made = (flow: 'tokenize' | 'buy_and_tokenize') => {
      const payment = paymentAfter(flow, ...over);
      return tokenTask({ ...payment, facts: { ...payment.facts, customer_token_id: 'c' } });
    };
    expect([made('tokenize'), made('buy_and_tokenize')]).toEqual(['nothing', concluded]);
  });
});

test('a session that is gone ends a payment before its authorization is concluded', () => {
  const payment = paymentAfter('charge', stageReport('authorized', 5, tokenFacts('a', 5)), tokenSpent('a', 65));
  expect(payment.facts.expires_at).toBe(sessionFacts.expires_at);
  expect(nextOf(applyTo(payment, sessionRead(47 * 60)))).toBe(`read session at ${47 * 60 + 1}`);
  expect(nextOf(applyTo(payment, goneSession(47 * 60 + 1)))).toBe('nothing');
});
