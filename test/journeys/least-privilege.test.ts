import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { type AwsCall, authorise } from '../../local/cloud/permissions.ts';
import { chargeRequestBody } from '../support/builders/merchant-bodies.ts';
import { synthesisedOnce } from '../support/engines/template.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

/** Grants that AWS uses with a function's role. Every other grant must be used below, or it is one too many. */
const usedByAws: [grant: RegExp, use: string][] = [
  [/^logs:(CreateLogStream|PutLogEvents) /, "Lambda writes the function's log with its role"],
  [/^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams) .*Stream/, 'Lambda polls the stream with it'],
  [/^sqs:SendMessage /, 'Lambda sends discarded events with it'],
];

const deployment = readDeployment(await synthesisedOnce());
const nameOf = new Map(deployment.functions.map(({ id, entry }) => [id, entry.replace(/^.*\/|\.ts$/g, '')]));
const resourceOf = (arn: string) => arn.replace(/^arn:aws:local:[^:]*:\d*:/, '');
const called: AwsCall[] = [];
let relay: Journey;
let refusesAcknowledgements = false;
const isAcknowledgement = ({ action, resource }: AwsCall) =>
  action === 'dynamodb:PutItem' && resource.includes('Progress');

beforeAll(async () => {
  relay = await startJourney({
    onAwsCall: (call) => {
      called.push(call);
      if (refusesAcknowledgements && isAcknowledgement(call)) throw new Error('not now');
    },
  });
  await everyFlow();
  await everyOperation();
  await customerTokens();
  await republishing();
  await relay.idle();
});
afterAll(() => relay?.stop());

const post = async (path: string, key: string, body: object = {}) => {
  const { status } = await relay.ask('POST', path, { key, body });
  return status;
};

/** Each flow to its end, and each end of a session; payments are read in between, as shops and their pages do. */
async function everyFlow() {
  for (const flow of ['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize']) {
    const { payment, hpp, answer } = await relay.create(flow);
    expect(answer.status).toBe(201);
    await relay.shopper(hpp, 'arrive', 'decline', 'approve');
    expect((await relay.ask('GET', `/payments/${payment}`)).status).toBe(200);
    const status = new URL(String(answer.body.status_url));
    expect((await relay.ask('GET', status.pathname)).status).toBe(200);
  }
  const { hpp } = await relay.create('authorize');
  await relay.shopper(hpp, 'cancel');
  relay.emulated.control.callbacks({ does: 'lose' });
  const lost = await relay.create('authorize');
  await relay.shopper(lost.hpp, 'approve');
  relay.emulated.control.callbacks({ does: 'send' });
  await relay.forward(15 * 60_000); // a scheduled task reads it
  expect((await relay.ask('GET', `/payments/${lost.payment}`)).body.stage).toBe('ordered');
}

/** Each operation, and one that a task finishes because its answer was lost. */
async function everyOperation() {
  const { payment, hpp } = await relay.create('authorize');
  await relay.shopper(hpp, 'approve');
  const at = `/payments/${payment}`;
  expect(await post(`${at}/extension`, 'e')).toBe(201);
  expect(await post(`${at}/captures`, 'c', { amount: 400 })).toBe(201);
  expect(await post(`${at}/refunds`, 'r', { amount: 100 })).toBe(201);
  relay.emulated.control.answers([{ path: '/captures', status: 503, times: 3 }]);
  expect(await post(`${at}/captures`, 'later', { amount: 700 })).toBe(202);
  await relay.forward(2 * 60_000);
  expect((await relay.ask('GET', at)).body.money).toMatchObject({ captured_amount: 1100 });
  expect(await post(`${at}/release`, 'x')).toBe(201);
  const other = await relay.create('authorize');
  await relay.shopper(other.hpp, 'approve');
  expect(await post(`/payments/${other.payment}/cancellation`, 'y')).toBe(201);
}

/** A token is charged, repaired by the customer, charged again by a task, listed, shown and cancelled. */
async function customerTokens() {
  const { payment, hpp } = await relay.create('buy_and_tokenize');
  await relay.shopper(hpp, 'approve');
  const { references } = (await relay.ask('GET', `/payments/${payment}`)).body;
  const at = `/customer-tokens/${(references as Record<string, string>).customer_token_id}`;
  expect(await post(`${at}/payments`, 'mit', chargeRequestBody('merchant'))).toBe(201);
  const token = relay.emulated.control.customerTokens().at(-1)?.token_id ?? '';
  relay.emulated.control.token(token, 'fail');
  expect(await post(`${at}/payments`, 'cit', chargeRequestBody('customer'))).toBe(422);
  relay.emulated.control.answers([{ path: '/customer-token/', method: 'POST', status: 503, times: 3 }]);
  expect(await post(`${at}/payments`, 'later', chargeRequestBody('customer'))).toBe(202);
  await relay.forward(2 * 60_000);
  relay.emulated.control.token(token, 'restore');
  expect((await relay.ask('GET', '/customer-tokens?customer=customer-7')).status).toBe(200);
  expect((await relay.ask('GET', at)).status).toBe(200);
  expect((await relay.ask('DELETE', at)).status).toBe(204);
}

/** Changes without an acknowledgement are published again by a task an hour later. */
async function republishing() {
  refusesAcknowledgements = true;
  const { payment, hpp } = await relay.create('authorize');
  await relay.shopper(hpp, 'cancel');
  refusesAcknowledgements = false;
  await relay.forward(61 * 60_000);
  const ids = relay.events().map(({ detail }) => detail as { paymentId: string; sequence: number; replayed?: true });
  expect(ids.filter((each) => each.paymentId === payment && each.sequence === 1 && each.replayed)).toHaveLength(1);
}

test('the policies of each function allow every call that it makes', () => {
  const refused = called.filter((call) => {
    try {
      authorise(deployment.permissions, call);
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toEqual([]);
  expect(new Set(called.map(({ caller }) => nameOf.get(caller)))).toEqual(new Set(nameOf.values()));
});

test('every grant is used', () => {
  const used = new Set(called.map(({ caller, action, resource }) => `${caller} ${action} ${resource}`));
  const unused = [...deployment.permissions].flatMap(([caller, grants]) =>
    [...grants]
      .filter((grant) => !used.has(`${caller} ${grant}`) && !usedByAws.some(([each]) => each.test(grant)))
      .map((grant) => `${nameOf.get(caller)}: ${resourceOf(grant)}`),
  );
  expect(unused).toEqual([]);
});

test('every grant for AWS still exists', () => {
  const grants = [...deployment.permissions.values()].flatMap((each) => [...each]);
  for (const [grant, use] of usedByAws)
    expect(
      grants.filter((each) => grant.test(each)),
      use,
    ).not.toEqual([]);
});
