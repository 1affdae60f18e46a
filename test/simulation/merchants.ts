import { idempotencyKey } from '../../lambdas/klarna/client/idempotency.ts';
import { chargeBody, sessionBody } from '../support/builders/merchant-bodies.ts';
import type { Ask, Told } from './gateway.ts';
import { type Page, shops } from './shoppers.ts';
import type { World } from './world.ts';

const second = 1000;
const minute = 60 * second;

/** One operation that the merchant wants, once, however often it is asked for under its key. */
export type Wish = { payment: string; kind: string; operation: string; answers: (number | 'none')[] };

type Answer = { status: number; told: Told } | 'none';

/** Asks once more under the same key while there is no answer, or none for good; merchants give up after some tries. */
async function insist({ api, clock, chance }: World, asked: Ask): Promise<Answer> {
  const tries = chance.pick([1, 2, 4, 6]);
  let answer: Answer = 'none';
  for (let attempt = 1; attempt <= tries; attempt++) {
    answer = await api.ask(asked);
    if (answer !== 'none' && answer.status !== 202 && answer.status < 500) return answer;
    await clock.sleep(chance.between(second, 40 * second));
  }
  return answer;
}

/** Now and then twice at once, as an impatient finger does. */
async function asksFor(world: World, asked: Ask): Promise<Answer[]> {
  const { chance, story } = world;
  const twice = chance.one(0.15);
  story.tell(
    'merchant',
    `${asked.routeKey} ${asked.payment} key ${asked.key}${twice ? ', twice at once' : ''}`,
    asked.payment,
  );
  const other = otherWish(world, asked);
  const answers = await Promise.all([insist(world, asked), ...(twice ? [insist(world, asked)] : []), ...other]);
  const said = answers.map((answer) => (answer === 'none' ? 'nothing' : answer.status)).join(' and ');
  story.tell('relay', `answers ${said} to ${asked.key} of ${asked.payment}`, asked.payment);
  return answers;
}

/** Now and then another request under the same key, at about the same time: it must change nothing, or be the one that counts. */
function otherWish({ api, chance, clock, story }: World, asked: Ask): Promise<Answer>[] {
  if (!asked.body || !chance.one(0.08)) return [];
  const text = JSON.stringify(asked.body);
  const changed =
    text === '{}'
      ? '{"description":"another"}'
      : text.replace('Lamp', 'Torch').replace(/"amount":(\d)00\}/, '"amount":$150}');
  if (changed === text || /cancellation|release|extension/.test(asked.path)) return [];
  story.tell('merchant', `asks for something else under the key ${asked.key} of ${asked.payment}`, asked.payment);
  const late = clock.sleep(chance.pick([0, 0, 50, 500, 20_000]));
  return [
    late
      .then(() => api.ask({ ...asked, body: JSON.parse(changed) }))
      .then((answer) => (isDifferent(answer) ? 'none' : answer)),
  ];
}

/** Told that the key is in use: as good as never asked. */
const isDifferent = (answer: Answer) => answer !== 'none' && answer.status === 422;

const told = (answers: Answer[]) =>
  answers.flatMap((answer) => (answer !== 'none' && answer.status < 300 ? [answer.told] : []))[0];

const flows = [
  'capture',
  'authorize',
  'authorize',
  'review',
  'tokenize',
  'buy_and_tokenize',
  'buy_and_tokenize',
] as const;

export type Merchant = { wishes: Wish[]; payments: string[] };

/** One purchase from its beginning to whatever the merchant does with the order. */
export async function buys(world: World, merchant: Merchant, number: number): Promise<void> {
  const { clock, chance } = world;
  await clock.sleep(chance.between(0, 5 * minute));
  const flow = chance.pick(flows);
  const key = `buy-${number}`;
  const payment = idempotencyKey('payment', 'default', key);
  merchant.payments.push(payment);
  const page = await creates(world, { flow, key });
  if (!page) return;
  const [stage] = await Promise.all([settled(world, page), shops(world, page)]);
  await goesOn(world, merchant, { payment, stage });
}

/** A payment and its page, unless the merchant gave up. */
export async function creates(
  world: World,
  { flow, key }: { flow: (typeof flows)[number]; key: string },
): Promise<Page | undefined> {
  const payment = idempotencyKey('payment', 'default', key);
  const asked: Ask = {
    door: 'create',
    routeKey: 'POST /payments',
    path: '/payments',
    body: sessionBody({ flow }),
    key,
    payment,
  };
  const created = told(await asksFor(world, asked));
  return created && { payment, session: sessionIn(created) };
}

const sessionIn = ({ redirect_url }: Told) => String(redirect_url).split('/').at(-1) ?? '';

type View = { stage?: unknown; references?: { customer_token_id?: string } };

/** Asks how a payment stands until it has an order, or has ended, or for two hours. */
async function settled(world: World, { payment }: Pick<Page, 'payment'>): Promise<View> {
  const { clock, chance, api } = world;
  const waiting = ['created', 'in_progress', 'authorized', 'pending'];
  const asked: Ask = {
    door: 'read',
    routeKey: 'GET /payments/{payment}',
    path: `/payments/${payment}`,
    parameters: { payment },
    payment,
  };
  let view: View = {};
  for (let attempt = 1; attempt <= 14; attempt++) {
    await clock.sleep(chance.between(20 * second, 15 * minute));
    const answer = await api.ask(asked);
    if (answer === 'none' || answer.status !== 200) continue;
    view = answer.told;
    if (!waiting.includes(String(view.stage)) || view.references?.customer_token_id) return view;
  }
  return view;
}

async function goesOn(world: World, merchant: Merchant, { payment, stage: view }: { payment: string; stage: View }) {
  const { chance } = world;
  const token = view.references?.customer_token_id;
  const works: Promise<unknown>[] = [];
  if (token && chance.one(0.8)) works.push(charges(world, merchant, token));
  works.push(operations(world, merchant, payment));
  await Promise.all(works);
}

const bodies = {
  captures: (world: World) => (world.chance.one(0.4) ? {} : { amount: world.chance.between(1, 60) * 100 }),
  refunds: (world: World) => (world.chance.one(0.4) ? {} : { amount: world.chance.between(1, 40) * 100 }),
  cancellation: () => ({}),
  release: () => ({}),
  extension: () => ({}),
} as const;

const kinds = {
  captures: 'capture',
  refunds: 'refund',
  cancellation: 'cancellation',
  release: 'release',
  extension: 'extension',
} as const satisfies Record<keyof typeof bodies, string>;

const plans: readonly [readonly (keyof typeof bodies)[], ...(readonly (keyof typeof bodies)[])[]] = [
  [],
  ['captures'],
  ['captures', 'refunds'],
  ['captures', 'captures', 'refunds', 'refunds'],
  ['captures', 'captures', 'release', 'refunds'],
  ['cancellation'],
  ['captures', 'cancellation'],
  ['extension', 'captures'],
  ['captures', 'release'],
];

/** What a merchant does with an order; sometimes everything at once. */
async function operations(world: World, merchant: Merchant, payment: string): Promise<void> {
  const { clock, chance } = world;
  const plan = chance.pick(plans);
  const works = plan.map((name, at) => async () => {
    await clock.sleep(chance.between(0, 3 * minute));
    const key = `${name}-${at}`;
    const kind = kinds[name];
    const wish: Wish = { payment, kind, operation: idempotencyKey(payment, kind, key), answers: [] };
    merchant.wishes.push(wish);
    const asked: Ask = {
      door: 'operate',
      routeKey: `POST /payments/{payment}/${name}`,
      path: `/payments/${payment}/${name}`,
      parameters: { payment },
      body: bodies[name](world),
      key,
      payment,
    };
    const note = (answers: Answer[]) =>
      wish.answers.push(...answers.map((answer) => (answer === 'none' ? answer : answer.status)));
    note(await asksFor(world, asked));
    if (!chance.one(0.15)) return;
    await clock.sleep(chance.between(second, 30 * minute));
    note(await asksFor(world, asked)); // a repeat that nobody needed
  });
  if (chance.one(0.25)) await Promise.all(works.map((work) => work()));
  else for (const work of works) await work();
}

/** A charge of the customer token; where it fails and the customer is there, it is repaired on a page. */
async function charges(world: World, merchant: Merchant, token: string): Promise<void> {
  const { clock, chance, around, story } = world;
  await clock.sleep(chance.between(second, 10 * minute));
  const initiator = chance.pick(['customer', 'merchant'] as const);
  const key = `charge-${initiator}`;
  const payment = idempotencyKey('charge', token, key);
  merchant.payments.push(payment);
  const { controls } = around.klarna.desk;
  if (chance.one(0.4)) {
    story.tell('Klarna', `the customer's card fails before the charge ${payment}`, payment);
    for (const { token_id } of controls.customerTokens()) controls.token(token_id, 'fail');
  }
  const body = chargeBody(initiator, { auto_capture: chance.one(0.3) });
  const answers = await asksFor(world, {
    door: 'charge',
    routeKey: 'POST /customer-tokens/{token}/payments',
    path: `/customer-tokens/${token}/payments`,
    parameters: { token },
    body,
    key,
    payment,
  });
  const statuses = answers.map((answer) => (answer === 'none' ? answer : answer.status));
  merchant.wishes.push({ payment, kind: 'charge', operation: idempotencyKey(payment, 'charge'), answers: statuses });
  const repair = answers.flatMap((answer) => (answer !== 'none' && answer.told.redirect_url ? [answer.told] : []))[0];
  const page = { payment, session: repair ? sessionIn(repair) : '' };
  if (repair)
    await Promise.all([
      settled(world, page),
      shops(world, page, chance.pick([['approve'], ['approve'], ['decline'], []] as const)),
    ]);
  else if (told(answers)) await operations(world, merchant, payment);
}
