import { paymentId, type PaymentId } from '../payment/payment-id.ts';
import type { Report } from '../payment/report.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Callback, type Reading, readCallback } from '../klarna/inbound/callbacks.ts';
import { type CallbackKind, isGenuine, isCallbackKind } from '../klarna/inbound/callback-url.ts';
import type { Outcome, Payment } from '../payment/payment.ts';
import { record } from '../payment/record.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { http, Refusal } from './http/endpoint.ts';
import { type ReceiveCallbackDependencies, receiveCallbackDependencies } from '../dependencies/receive-callback.ts';

/** Stops 1 to 5 of a callback: its route, its proof, what it says, what that changes, one write. Then 200. */
export const receiveCallback = (house: ReceiveCallbackDependencies) =>
  http(house.journal, async (event: APIGatewayProxyEventV2) => {
    const claim = claimIn(event);
    const { kind, payment: id } = claim;
    if (!(await isProven(claim, house)))
      throw new Refusal(401, 'not from Klarna', { kind, payment: id, metric: 'Forged' });
    const reading = readCallback(callbackIn(event, claim, house.now()));
    const report = await sealed(reading, id, house);
    const [payment, outcome] = await record(house.store, id, report);
    house.journal(lineOf({ reading, payment, outcome, savedAt: house.now() }));
    return { statusCode: 200 };
  });

export const handler = await lambdaHandler(receiveCallbackDependencies, receiveCallback);

type Claim = { kind: CallbackKind; payment: PaymentId; secret: string };

function claimIn({ pathParameters }: APIGatewayProxyEventV2): Claim {
  const { kind = '', payment: name = '', secret = '' } = pathParameters ?? {};
  const payment = paymentId(name);
  if (!isCallbackKind(kind)) throw new Refusal(404, 'kind: no such callback');
  if (!payment) throw new Refusal(404, 'payment: not a payment id');
  return { kind, payment, secret };
}

async function isProven(claim: Claim, { keys }: ReceiveCallbackDependencies): Promise<boolean> {
  if (isGenuine({ ...claim, keys: keys.held() })) return true;
  const renewed = await keys.renewed();
  return renewed !== undefined && isGenuine({ ...claim, keys: renewed });
}

/** Klarna's bodies are a few hundred bytes; 64 KB is a mistake or an attack. */
const largestBody = 64 * 1024;

function callbackIn(event: APIGatewayProxyEventV2, { kind, payment }: Claim, now: Date): Callback {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > largestBody) throw new Refusal(413, 'body over 64 KB', { kind, payment, metric: 'Oversized' });
  const order = event.queryStringParameters?.order;
  return { kind, body, query: order ? { order } : {}, observedAt: now.toISOString() };
}

async function sealed({ report, token }: Reading, payment: PaymentId, { seal }: ReceiveCallbackDependencies): Promise<Report> {
  if (!token) return report;
  const authorizations = [await seal({ payment, token, at: report.at })];
  return { ...report, facts: { ...report.facts, authorizations } };
}

/** Only a status update carries Klarna's own clock. */
const klarnaDates = ({ source }: Report) => source === 'status_update';

const lineOf = (told: { reading: Reading; payment: Payment; outcome: Outcome; savedAt: Date }) => {
  const { reading, payment, outcome, savedAt } = told;
  const { report, eventId, understood } = reading;
  const unrecognised = understood === 'unreadable' || understood === 'unknown_word';
  return {
    level: outcome === 'conflict' || unrecognised ? ('warn' as const) : ('info' as const),
    message: 'callback',
    fields: {
      kind: report.source,
      payment: payment.id,
      outcome,
      understood,
      word: report.word,
      stage: payment.stage,
      sequence: payment.changes.length,
      event_id: eventId,
    },
    metrics: {
      Callbacks: 1,
      ...(unrecognised && { Unrecognised: 1 }),
      ...(outcome === 'conflict' && { Conflicts: 1 }),
      ...(outcome === 'unpublished' && { Unpublished: 1 }),
      ...(outcome === 'advanced' && { LearnedByCallback: 1 }),
      ...(outcome === 'advanced' && klarnaDates(report) && { DelayMs: savedAt.getTime() - Date.parse(report.at) }),
    },
    split: { metrics: ['Callbacks'], by: ['kind', 'outcome'] },
  };
};
