import { authorize } from '../../../emulator/api/payments/authorizations.ts';
import { toOrder } from '../../../lambdas/klarna/bodies/orders.ts';
import { toHostedSession, toPaymentSession } from '../../../lambdas/klarna/bodies/sessions.ts';
import { callbackUrls } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { type PaymentId, paymentId } from '../../../lambdas/payment/payment-id.ts';
import { acceptedSession } from '../../support/builders/merchant-bodies.ts';
import { afterwards } from '../klarna/afterwards.ts';
import { visitPage } from '../klarna/shoppers.ts';
import { publicUrl } from '../relay/surroundings.ts';
import type { World } from '../world.ts';
import type { Merchant } from './intents.ts';
import { operateOnOrder } from './operations.ts';

const second = 1000;
const minute = 60 * second;

/**
 * A shop whose own backend talks to Klarna and gives it the relay's URLs. It has Klarna's page, or the widget in its own page. It places
 * its orders itself, and now and then two of them under one name.
 */
export async function buyAtOwnShop(world: World, merchant: Merchant, number: number): Promise<void> {
  const { clock, chance, faults } = world;
  const payment = paymentId(`shop-${number}`);
  if (!payment) throw new Error('a payment id was refused');
  await clock.sleep(chance.between(0, 5 * minute));
  const hasPage = chance.happens(0.6);
  if (hasPage) await payOnPage(world, payment);
  if (!hasPage) payInWidget(world, payment);
  if (!faults.isOver() && chance.happens(0.35)) {
    faults.note('second order', payment, payment);
    await clock.sleep(chance.pick([0, 0, chance.between(1, 20), chance.between(second, 90 * minute)]));
    payInWidget(world, payment);
    if (chance.happens(0.5)) payInWidget(world, payment);
  }
  await clock.sleep(chance.between(minute, 30 * minute));
  await operateOnOrder(world, merchant, payment);
  await afterwards(world, payment);
}

const pageFlows = ['authorize', 'capture', 'buy_and_tokenize'] as const;

async function payOnPage(world: World, payment: PaymentId): Promise<void> {
  const session = acceptedSession({ flow: world.chance.pick(pageFlows) });
  const urls = urlsOf(world, payment);
  const kp = createSession(world, payment, session);
  const paymentSessionUrl = `https://klarna.example/payments/v1/sessions/${kp}`;
  const body = toHostedSession(session, { paymentSessionUrl, statusUpdate: urls.status_update });
  const hosted = String(Object(post(world, '/hpp/v1/sessions', body)).session_id);
  await visitPage(world, { payment, session: hosted });
  const { status, authorization_token } = world.surroundings.klarna.core.state.hosted.get(hosted) ?? {};
  if (authorization_token && status !== 'CANCELLED') placeOrder(world, payment, authorization_token);
}

/** Klarna's widget in the shop's own page: the backend has the authorization at once. */
function payInWidget(world: World, payment: PaymentId): void {
  const { state } = world.surroundings.klarna.core;
  const session = state.sessions.get(createSession(world, payment, acceptedSession({ flow: 'authorize' })));
  if (session) placeOrder(world, payment, authorize(state, session, 'ACCEPTED').token);
}

function createSession(world: World, payment: PaymentId, session: ReturnType<typeof acceptedSession>): string {
  const body = toPaymentSession(session, { payment, urls: urlsOf(world, payment) });
  return String(Object(post(world, '/payments/v1/sessions', body)).session_id);
}

function placeOrder(world: World, payment: PaymentId, token: string): void {
  world.transcript.add('merchant', `places an order of ${payment} at Klarna`, payment);
  const session = { ...acceptedSession({ flow: 'authorize' }), auto_capture: world.chance.happens(0.3) };
  const body = toOrder(session, { payment, urls: urlsOf(world, payment) });
  post(world, `/payments/v1/authorizations/${token}/order`, body);
}

const urlsOf = ({ surroundings }: World, payment: PaymentId) =>
  callbackUrls({ base: publicUrl, payment, key: surroundings.callbackKeys.first });

/** Asks Klarna as the shop's backend. */
function post({ surroundings }: World, path: string, body: object): object | undefined {
  const { username, password } = surroundings.klarna.account;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = surroundings.klarna.core.answer({
    method: 'POST',
    path,
    headers: { authorization },
    text: JSON.stringify(body),
  });
  return answer === 'none' ? undefined : answer.body;
}
