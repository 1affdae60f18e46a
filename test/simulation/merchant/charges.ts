import { idempotencyKey } from '../../../lambdas/klarna/client/idempotency.ts';
import { chargeRequestBody } from '../../support/builders/merchant-bodies.ts';
import { visitPage } from '../klarna/shoppers.ts';
import type { World } from '../world.ts';
import type { Merchant } from './intents.ts';
import { operateOnOrder } from './operations.ts';
import { readUntilDecided, sessionIn } from './payments.ts';
import { redirectIn, sendRequest, statusesOf, successIn } from './requests.ts';

const second = 1000;
const minute = 60 * second;

/** Charges a customer token. If the charge fails and the customer is present, the customer repairs it on a page. */
export async function chargeCustomer(world: World, merchant: Merchant, token: string): Promise<void> {
  const { clock, chance } = world;
  await clock.sleep(chance.between(second, 10 * minute));
  const initiator = chance.pick(['customer', 'merchant'] as const);
  const key = `charge-${initiator}`;
  const payment = idempotencyKey('charge', token, key);
  merchant.payments.push(payment);
  if (chance.happens(0.4)) failCards(world, payment);
  if (world.faults.strikes('customer token withdrawn', payment, payment)) withdrawTokens(world);
  const body = chargeRequestBody(initiator, { auto_capture: chance.happens(0.3) });
  const answers = await sendRequest(world, {
    function: 'chargeToken',
    routeKey: 'POST /customer-tokens/{token}/payments',
    path: `/customer-tokens/${token}/payments`,
    parameters: { token },
    body,
    key,
    payment,
  });
  const operation = idempotencyKey(payment, 'charge');
  merchant.intents.push({ payment, kind: 'charge', operation, answers: statusesOf(answers) });
  const repair = redirectIn(answers);
  if (repair) {
    const page = { payment, session: sessionIn(repair) };
    const steps = () => chance.pick([['approve'], ['approve'], ['decline'], []] as const);
    await Promise.all([readUntilDecided(world, page), visitPage(world, page, steps())]);
  } else if (successIn(answers)) await operateOnOrder(world, merchant, payment);
}

/** The customer, or Klarna, suspends or cancels the customer's tokens; some are active again later. */
function withdrawTokens({ clock, chance, surroundings }: World): void {
  const { controls } = surroundings.klarna.core;
  const change = chance.pick(['suspend', 'cancel']);
  for (const { token_id } of controls.customerTokens()) controls.token(token_id, change);
  if (change === 'cancel' || chance.happens(0.5)) return;
  clock.at(clock.now() + chance.between(minute, 30 * minute), () => {
    for (const { token_id } of controls.customerTokens()) controls.token(token_id, 'restore');
  });
}

function failCards({ surroundings, transcript }: World, payment: string): void {
  transcript.add('Klarna', `the customer's card fails before the charge ${payment}`, payment);
  const { controls } = surroundings.klarna.core;
  for (const { token_id } of controls.customerTokens()) controls.token(token_id, 'fail');
}
