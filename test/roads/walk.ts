import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { startKlarna } from '../../emulator/emulator.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { startCloud } from '../../local/cloud/cloud.ts';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { minter } from '../../local/mint.ts';
import { chargeRequestBody, sessionRequestBody } from '../support/builders/merchant-bodies.ts';
import { synthesisedOnce } from '../support/engines/template.ts';

// Walks each road of ARCHITECTURE.md over the local cloud and prints the files of lambdas/ whose functions ran, as V8 counts them,
// from the handler to the last save of a payment.

const root = fileURLToPath(new URL('../../', import.meta.url));
const closers: (() => unknown)[] = [];
const deployment = readDeployment(await synthesisedOnce());
const cloud = await startCloud({
  deployment,
  folder: undefined,
  startEngine: undefined,
  onStop: (closing) => closers.push(closing),
});
const klarna = await startKlarna({ now: () => new Date(), pace: 0.001 });
closers.push(klarna.stop);
klarna.control.callbacks({ does: 'lose' });
const mint = minter({ base: 'https://relay.example', functions: deployment.functions, vault: cloud.vault });

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode?: number; body?: string } | undefined>;

/** A handler with the environment that the template gives its function. */
async function load(name: string): Promise<Handler> {
  const lambda = deployment.functions.find(({ entry }) => entry === `lambdas/handlers/${name}.ts`);
  if (!lambda) throw new Error(`the template has no ${name}`);
  Object.assign(process.env, lambda.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: lambda.id,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_RUNTIME_API: 'local',
    KLARNA_API_URL: klarna.url,
  });
  const module: { handler: Handler } = await import(`../../lambdas/handlers/${name}.ts`);
  return (event, context) => {
    process.env.AWS_ACCESS_KEY_ID = lambda.id; // by which the local cloud knows the caller
    return module.handler(event, context);
  };
}

const handlers = {
  receive: await load('receive-callback'),
  create: await load('create-payment'),
  operate: await load('operate-payment'),
  charge: await load('charge-token'),
  tasks: await load('run-due-tasks'),
};

const context: Partial<Context> = { getRemainingTimeInMillis: () => 120_000 };

/** The event that an HTTP API hands to a function. */
const request = (routeKey: string, path: string, more: Partial<APIGatewayProxyEventV2> = {}) => ({
  ...{ version: '2.0', routeKey, rawPath: path, rawQueryString: '', headers: {}, isBase64Encoded: false },
  ...more,
});

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** The files of lambdas/ with a function that ran since the last call. */
async function executed(): Promise<string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(
      ({ url, functions }) => url.includes('/lambdas/') && functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
    )
    .map(({ url }) => relative(root, fileURLToPath(url)));
}

const isPayment = (item: Record<string, unknown> | undefined) => item?.changes !== undefined;

let ran = new Set<string>();
let road: string[] = [];
let count = { reads: 0, saves: 0 };
const send = DynamoDBDocumentClient.prototype.send;
/** Every save of a payment ends the road, until another one follows. */
DynamoDBDocumentClient.prototype.send = async function (
  this: DynamoDBDocumentClient,
  command: unknown,
  ...rest: unknown[]
) {
  const answer: unknown = await Reflect.apply(send, this, [command, ...rest]);
  if (command instanceof GetCommand && command.input.TableName === process.env.TABLE_NAME) count.reads += 1;
  if (command instanceof PutCommand && isPayment(command.input.Item)) {
    count.saves += 1;
    for (const file of await executed()) ran.add(file);
    road = [...ran];
  }
  return answer;
};

async function walked(act: () => Promise<unknown>): Promise<{ files: string[]; reads: number; saves: number }> {
  await executed();
  [ran, road, count] = [new Set(), [], { reads: 0, saves: 0 }];
  await act();
  return { files: road.toSorted(), ...count };
}

const id = (text: string) => paymentId(text) ?? raise(`${text} is not a payment id`);
const raise = (message: string): never => {
  throw new Error(message);
};

async function created(flow: string) {
  const answer = await handlers.create(
    request('POST /payments', '/payments', { body: JSON.stringify(sessionRequestBody({ flow })) }),
    context,
  );
  const { payment, redirect_url } = JSON.parse(answer?.body ?? '{}');
  return { payment: String(payment), hpp: String(redirect_url).split('/').at(-1) ?? '' };
}

const runTasks = (payment: string) =>
  handlers.tasks({ Records: [{ dynamodb: { Keys: { id: { S: payment } } } }] }, context);

/** Reports that a callback requested a read, so that the read is due at once. */
async function empty(payment: string, kind: 'status_update' | 'push') {
  const { pathname } = new URL(mint(kind, id(payment)));
  const [, , , , secret = ''] = pathname.split('/');
  await handlers.receive(
    request('POST /callbacks/{kind}/{payment}/{secret}', pathname, {
      pathParameters: { kind, payment, secret },
      body: '',
    }),
    context,
  );
}

const callback = await walked(async () => {
  const { pathname } = new URL(mint('authorization', id('road-1')));
  const [, , kind = '', payment = '', secret = ''] = pathname.split('/');
  const body = JSON.stringify({ authorization_token: 'token-1', session_id: 'session-1' });
  const event = request('POST /callbacks/{kind}/{payment}/{secret}', pathname, {
    pathParameters: { kind, payment, secret },
    body,
  });
  await handlers.receive(event, context);
});

const bought = await created('authorize');
klarna.control.shopper(bought.hpp, 'arrive');
await empty(bought.payment, 'status_update');
const dueRead = await walked(() => runTasks(bought.payment));
klarna.control.shopper(bought.hpp, 'approve');
await empty(bought.payment, 'status_update');
await runTasks(bought.payment);

const capture = await walked(() =>
  handlers.operate(
    request('POST /payments/{payment}/captures', `/payments/${bought.payment}/captures`, {
      pathParameters: { payment: bought.payment },
      headers: { 'idempotency-key': 'parcel-1' },
      body: '{"amount": 4000}',
    }),
    context,
  ),
);

const tokenised = await created('tokenize');
klarna.control.shopper(tokenised.hpp, 'approve');
await empty(tokenised.payment, 'status_update');
await runTasks(tokenised.payment);
const token = JSON.parse(
  (
    await handlers.charge(
      request('GET /customer-tokens', '/customer-tokens', { queryStringParameters: { customer: 'customer-7' } }),
      context,
    )
  )?.body ?? '{}',
).customer_tokens[0].customer_token;
const charged = await walked(() =>
  handlers.charge(
    request('POST /customer-tokens/{token}/payments', `/customer-tokens/${token}/payments`, {
      pathParameters: { token },
      headers: { 'idempotency-key': 'month-1' },
      body: JSON.stringify(chargeRequestBody('merchant')),
    }),
    context,
  ),
);

process.stdout.write(`\n${JSON.stringify({ callback, 'due task': dueRead, capture, charge: charged })}\n`);
for (const closing of closers.toReversed()) await closing();
process.exit();
