import { idempotencyKey } from '../../../lambdas/klarna/client/idempotency.ts';
import { sessionRequestBody } from '../../support/builders/merchant-bodies.ts';
import type { HostedPage } from '../klarna/shoppers.ts';
import type { AnswerBody } from '../relay/gateway.ts';
import type { World } from '../world.ts';
import { sendRequest, successIn } from './requests.ts';

const second = 1000;
const minute = 60 * second;

export const purchaseFlows = [
  'capture',
  'authorize',
  'authorize',
  'review',
  'tokenize',
  'buy_and_tokenize',
  'buy_and_tokenize',
] as const;
export type PurchaseFlow = (typeof purchaseFlows)[number];

/** The id of the payment that a request under this key creates. */
export const paymentOfKey = (key: string, account: string): string => idempotencyKey('payment', account, key);

/** Creates a payment; its page, unless the merchant gave up. */
export async function startPurchase(
  world: World,
  { flow, key, account = 'default' }: { flow: PurchaseFlow; key: string; account?: string },
): Promise<HostedPage | undefined> {
  const payment = paymentOfKey(key, account);
  const answers = await sendRequest(world, {
    function: 'createPayment',
    routeKey: 'POST /payments',
    path: '/payments',
    body: sessionRequestBody({ flow, account }),
    key,
    payment,
  });
  const created = successIn(answers);
  return created && { payment, session: sessionIn(created) };
}

/** The hosted session of a redirect URL. */
export const sessionIn = ({ redirect_url }: AnswerBody) => String(redirect_url).split('/').at(-1) ?? '';

type PaymentView = { stage?: unknown; references?: { customer_token_id?: string } };

/** Reads a payment until it has an order or a customer token, or has ended, for at most two hours or so. */
export async function readUntilDecided(
  { clock, chance, api }: World,
  { payment }: Pick<HostedPage, 'payment'>,
): Promise<PaymentView> {
  const undecided = ['created', 'in_progress', 'authorized', 'pending'];
  let view: PaymentView = {};
  for (let attempt = 1; attempt <= 14; attempt++) {
    await clock.sleep(chance.between(20 * second, 15 * minute));
    const answer = await api.send({
      function: 'readPayment',
      routeKey: 'GET /payments/{payment}',
      path: `/payments/${payment}`,
      parameters: { payment },
      payment,
    });
    if (answer === 'none' || answer.status !== 200) continue;
    view = answer.body;
    if (!undecided.includes(String(view.stage)) || view.references?.customer_token_id) return view;
  }
  return view;
}
