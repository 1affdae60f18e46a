import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';

export type MerchantRequest = {
  /** The function that the route invokes. */
  function: 'createPayment' | 'operatePayment' | 'chargeToken' | 'readPayment';
  routeKey: string;
  path: string;
  parameters?: Record<string, string>;
  body?: object;
  /** The idempotency key. */
  key?: string;
  payment: string;
};

export function callbackEvent({ kind, url, body }: OutgoingCallback): APIGatewayProxyEventV2 {
  const { pathname, searchParams } = new URL(url);
  const [, , , payment = '', secret = ''] = pathname.split('/');
  const order = searchParams.get('order');
  return {
    ...emptyEvent('POST /callbacks/{kind}/{payment}/{secret}', pathname),
    pathParameters: { kind, payment, secret },
    ...(order && { queryStringParameters: { order } }),
    ...(body && { body: JSON.stringify(body) }),
  };
}

export const merchantEvent = ({ routeKey, path, parameters, body, key }: MerchantRequest): APIGatewayProxyEventV2 => ({
  ...emptyEvent(routeKey, path),
  headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
  ...(parameters && { pathParameters: parameters }),
  ...(body && { body: JSON.stringify(body) }),
});

const emptyEvent = (routeKey: string, rawPath: string): APIGatewayProxyEventV2 => ({
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
