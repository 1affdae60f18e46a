import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { OutgoingCallback } from '../../emulator/callbacks/outgoing-callback.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Functions } from './functions.ts';
import { missingOf } from './kept-promises.ts';
import { paymentOf } from './klarna.ts';
import type { Stage } from './lambda.ts';

/** How long an HTTP API waits for a function, milliseconds. */
const patience = 30_000;

/** A callback, or a request of the merchant's, that was answered 2xx: it must not be lost, whether or not the answer was heard. */
export type Accepted =
  | { at: number; letter: OutgoingCallback }
  | { at: number; asked: Ask; status: number; told: Told };
export type Told = Record<string, unknown>;
export type Ask = {
  door: 'create' | 'operate' | 'charge' | 'read';
  routeKey: string;
  path: string;
  parameters?: Record<string, string>;
  query?: Record<string, string>;
  body?: object;
  key?: string;
  payment?: string;
};

type Wires = {
  functions: () => Functions;
  written: (text: string) => void;
  /** As it is kept at this moment. */
  payment: (id: string) => Payment | undefined;
};

/** The API in front of the functions, and the roads to it. */
export function gateway({ clock, faults }: Stage, wires: Wires) {
  const { functions, written } = wires;
  const accepted: Accepted[] = [];
  const forgotten: { letter: OutgoingCallback; missing: string }[] = [];
  const refused: { status: number; letter: OutgoingCallback }[] = [];

  const received = async (letter: OutgoingCallback, payment: string): Promise<number> => {
    const { statusCode: status = 200 } = await functions()
      .receive(callbackEvent(letter), payment)
      .catch(() => ({ statusCode: 502 }));
    if (status === 200) keep(letter, wires.payment(payment));
    if (status >= 400 && status < 500) refused.push({ status, letter });
    return status;
  };
  const keep = (letter: OutgoingCallback, held: Payment | undefined) => {
    accepted.push({ at: clock.now(), letter });
    const missing = held ? missingOf(held, letter) : 'everything';
    if (missing) forgotten.push({ letter, missing });
  };
  /** Klarna posts a callback; `none` when no answer came in time. */
  const deliver = async (letter: OutgoingCallback, timeout: number): Promise<number | 'none'> => {
    const payment = paymentOf(letter);
    if (faults.isDown('receiver down')) return 503;
    if (faults.strikes('callback attempt lost', letter.kind, payment)) return lost(timeout);
    const heard = await Promise.race([received(letter, payment), lost(timeout)]);
    return faults.strikes('answer to a callback lost', letter.kind, payment) ? 'none' : heard;
  };
  const lost = async (timeout: number) => {
    await clock.sleep(timeout);
    return 'none' as const;
  };

  const answered = async (asked: Ask): Promise<{ status: number; told: Told }> => {
    const late = clock.sleep(patience).then(() => ({ statusCode: 503, body: '' }));
    const gone = () => ({ statusCode: 502, body: '' });
    const called = functions()[asked.door](merchantEvent(asked), asked.payment);
    const { statusCode: status = 200, body = '' } = await Promise.race([called.catch(gone), late]);
    written(body);
    const told: Told = body ? JSON.parse(body) : {};
    if (status < 300) accepted.push({ at: clock.now(), asked, status, told });
    return { status, told };
  };
  /** The merchant's backend asks; `none` when the request or its answer was lost. */
  const ask = async (asked: Ask): Promise<{ status: number; told: Told } | 'none'> => {
    const { routeKey, payment } = asked;
    if (faults.strikes('request of the merchant lost', routeKey, payment)) return lost(1000);
    const answer = await answered(asked);
    return faults.strikes('answer to the merchant lost', routeKey, payment) ? lost(1000) : answer;
  };
  return {
    accepted,
    /** What a callback told and was not kept when it was answered 200. */
    forgotten,
    /** Callbacks of Klarna's that were told to be none. */
    refused,
    deliver,
    ask,
  };
}

export type Gateway = ReturnType<typeof gateway>;

function callbackEvent({ kind, url, body }: OutgoingCallback): APIGatewayProxyEventV2 {
  const { pathname, searchParams } = new URL(url);
  const [, , , payment = '', secret = ''] = pathname.split('/');
  const order = searchParams.get('order');
  return {
    ...bare('POST /callbacks/{kind}/{payment}/{secret}', pathname),
    pathParameters: { kind, payment, secret },
    ...(order && { queryStringParameters: { order } }),
    ...(body && { body: JSON.stringify(body) }),
  };
}

const merchantEvent = ({ routeKey, path, parameters, query, body, key }: Ask): APIGatewayProxyEventV2 => ({
  ...bare(routeKey, path),
  headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
  ...(parameters && { pathParameters: parameters }),
  ...(query && { queryStringParameters: query }),
  ...(body && { body: JSON.stringify(body) }),
});

const bare = (routeKey: string, rawPath: string): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey,
  rawPath,
  rawQueryString: '',
  headers: {},
  requestContext: {
    accountId: '',
    apiId: '',
    domainName: '',
    domainPrefix: '',
    http: { method: '', path: rawPath, protocol: '', sourceIp: '', userAgent: '' },
    requestId: '',
    routeKey,
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
  isBase64Encoded: false,
});
