import { expect, test } from 'vitest';
import { toHostedSession, toPaymentSession, toRecoverySession } from '../../../../lambdas/klarna/bodies/sessions.ts';
import { acceptedCharge, acceptedSession } from '../../../support/builders/merchant-bodies.ts';

const urls = { authorization: 'https://r/a', notification: 'https://r/n', push: 'https://r/p' };
const links = { paymentSessionUrl: 'https://k/s', statusUpdate: 'https://r/s' };
const stepUp = { step_up_id: 'step', customer_token: 'token' };

test.each([
  ['capture', 'buy', 'CAPTURE_ORDER'],
  ['authorize', 'buy', 'PLACE_ORDER'],
  ['review', 'buy', 'PLACE_ORDER'],
  ['tokenize', 'tokenize', 'NONE'],
  ['buy_and_tokenize', 'buy_and_tokenize', 'NONE'],
])('flow %s has the intent %s and the mode %s', (flow, intent, place_order_mode) => {
  const session = acceptedSession({ flow });
  expect(toPaymentSession(session, { payment: 'p', urls })).toMatchObject({ intent });
  expect(toHostedSession(session, links)).toMatchObject({ options: { place_order_mode } });
});

test('the shopper always returns to the one return URL, and Klarna reports the status to ours', () => {
  const back = 'https://shop.example/return';
  expect(toHostedSession(acceptedSession(), links)).toMatchObject({
    payment_session_url: 'https://k/s',
    merchant_urls: { success: back, cancel: back, failure: back, error: back, status_update: 'https://r/s' },
  });
  expect(JSON.stringify(toHostedSession(acceptedSession(), links))).not.toContain('"back"');
});

test('Klarna receives the callback URLs and the payment id', () => {
  expect(toPaymentSession(acceptedSession(), { payment: 'p', urls })).toMatchObject({
    merchant_urls: urls,
    merchant_reference1: '1001',
    merchant_reference2: 'p',
  });
});

test('a recovery names the failed charge and the customer token, and leaves the order to the relay', () => {
  const token = { country: 'DE', locale: 'de-DE', account: 'oslo' };
  const session = toRecoverySession(acceptedCharge('customer', { auto_capture: true }), token);
  expect(session).toMatchObject({ account: 'oslo', locale: 'de-DE', auto_capture: true });
  expect(session.customer.billing_address.country_code).toBe('DE');
  expect(toPaymentSession({ ...session, locale: token.locale }, { payment: 'p', urls, stepUp })).toMatchObject({
    step_up_id: 'step',
    customer: { customer_token: 'token' },
  });
  expect(toHostedSession({ ...session, locale: token.locale }, { ...links, placeOrder: 'NONE' })).toMatchObject({
    options: { place_order_mode: 'NONE' },
  });
});
