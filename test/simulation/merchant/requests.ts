import type { MerchantRequest } from '../relay/api-events.ts';
import type { MerchantAnswer } from '../relay/gateway.ts';
import type { World } from '../world.ts';

const second = 1000;

type Answer = MerchantAnswer | 'none';

/** Sends a request, now and then twice at once as after a double click, or beside another one under the same key. */
export async function sendRequest(world: World, request: MerchantRequest): Promise<Answer[]> {
  const { transcript } = world;
  const { routeKey, key, payment } = request;
  const askers = askersOf(world, request);
  transcript.add('merchant', `${routeKey} ${payment} key ${key}${askers > 1 ? `, ${askers} at once` : ''}`, payment);
  const other = otherRequest(world, request);
  const answers = await Promise.all([
    ...Array.from({ length: askers }, () => sendUntilAnswered(world, sometimesReordered(world, request))),
    ...other,
  ]);
  if (answers.some(isKeyReused) && !hasOther(world, request))
    world.broken.push({ promise: 'equal requests are one request', payment, text: `${key} of ${payment} was refused` });
  const statuses = answers.map((answer) => (answer === 'none' ? 'nothing' : answer.status)).join(' and ');
  transcript.add('relay', `answers ${statuses} to ${key} of ${payment}`, payment);
  return answers;
}

/** Now and then two ask at once, as after a double click, or three to fifteen, as after a burst of retries. */
function askersOf({ chance, faults }: World, { routeKey, payment }: MerchantRequest): number {
  const isDoubled = chance.happens(0.15);
  if (faults.strikes('many askers', routeKey, payment)) return chance.between(3, 15);
  return isDoubled ? 2 : 1;
}

/** The same request, written with its fields in another order. */
function sometimesReordered({ faults }: World, request: MerchantRequest): MerchantRequest {
  const { body, routeKey, payment } = request;
  if (!body || !faults.strikes('fields in another order', routeKey, payment)) return request;
  return { ...request, body: Object(reversed(body)) };
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, reversed(each)])
      .reverse(),
  );
}

/** Repeats the request under the same key while it has no final answer. A merchant gives up after a few attempts. */
async function sendUntilAnswered({ api, clock, chance }: World, request: MerchantRequest): Promise<Answer> {
  const attempts = chance.pick([1, 2, 4, 6]);
  let answer: Answer = 'none';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    answer = await api.send(request);
    if (answer !== 'none' && answer.status !== 202 && answer.status < 500) return answer;
    await clock.sleep(chance.between(second, 40 * second));
  }
  return answer;
}

/** Now and then another request under the same key, at about the same time. Only one of the two may take effect. */
function otherRequest({ api, chance, clock, transcript }: World, request: MerchantRequest): Promise<Answer>[] {
  const { body, key, path, payment } = request;
  if (!body || !chance.happens(0.08)) return [];
  const text = JSON.stringify(body);
  const changed =
    text === '{}'
      ? '{"description":"another"}'
      : text.replace('Lamp', 'Torch').replace(/"amount":(\d)00\}/, '"amount":$150}');
  if (changed === text || /cancellation|release|extension/.test(path)) return [];
  transcript.add('merchant', `requests something else under the key ${key} of ${payment}`, payment);
  const pause = clock.sleep(chance.pick([0, 0, 50, 500, 20_000]));
  return [
    pause
      .then(() => api.send({ ...request, body: JSON.parse(changed) }))
      .then((answer) => (isDifferent(answer) ? 'none' : answer)),
  ];
}

/** The key belongs to another request: it counts as never sent. */
const isDifferent = (answer: Answer) => answer !== 'none' && answer.status === 422;

/** True when another request was sent under the same key, which may have taken effect. */
const hasOther = ({ transcript }: World, { key, payment }: MerchantRequest): boolean =>
  transcript.entries().some(({ text }) => text === `requests something else under the key ${key} of ${payment}`);

/** The relay takes the request for another one under the same key. */
const isKeyReused = (answer: Answer) => answer !== 'none' && String(answer.body.detail).includes('Idempotency-Key');

export const statusesOf = (answers: Answer[]): (number | 'none')[] =>
  answers.map((answer) => (answer === 'none' ? answer : answer.status));

/** The body of the first 2xx answer. */
export const successIn = (answers: Answer[]) =>
  answers.flatMap((answer) => (answer !== 'none' && answer.status < 300 ? [answer.body] : []))[0];

/** The body of the first answer with a page for the shopper. */
export const redirectIn = (answers: Answer[]) =>
  answers.flatMap((answer) => (answer !== 'none' && answer.body.redirect_url ? [answer.body] : []))[0];
