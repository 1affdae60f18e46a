import { sessionRequestBody } from '../../support/builders/merchant-bodies.ts';
import { paymentOfKey } from '../merchant/payments.ts';
import type { World } from '../world.ts';

const second = 1000;

/** The commonest range of CJK characters. */
const firstCharacter = 0x4e00;
const characters = 20_000;

/** A basket of 1,000 lines with long names, that hardly any compression makes smaller. */
function largeBasket({ chance }: World): object {
  const name = () =>
    String.fromCodePoint(...Array.from({ length: 255 }, () => firstCharacter + chance.between(0, characters)));
  const item_lines = Array.from({ length: 1000 }, () => ({ name: name(), price: 10, quantity: 1, amount: 10 }));
  return { ...sessionRequestBody({ flow: 'buy_and_tokenize' }), shipments: [{ item_lines }] };
}

/** When everything else works again, a merchant sends a large basket, and sends it again while the answer is 5xx. */
export function sendLargeBasket(world: World): void {
  const { api, clock, faults, plan, transcript, refusals } = world;
  if (!plan.hasLargeBasket) return;
  const key = 'large-basket';
  const payment = paymentOfKey(key, 'default');
  const send = async () => {
    faults.note('large basket', 'of 1,000 lines', payment);
    const body = largeBasket(world);
    const request = {
      function: 'createPayment',
      routeKey: 'POST /payments',
      path: '/payments',
      body,
      key,
      payment,
    } as const;
    const statuses: (number | 'none')[] = [];
    for (let n = 0; n < 4; n++) {
      const answer = await api.send(request);
      statuses.push(answer === 'none' ? answer : answer.status);
      if (answer !== 'none' && answer.status < 500) break;
      await clock.sleep(30 * second);
    }
    transcript.add('relay', `answers ${statuses.join(', ')} to the large basket of ${payment}`, payment);
    refusals.push({ payment, statuses });
  };
  clock.at(clock.now() + 20 * second, () => void send());
}
