/** The event with which an HTTP API invokes its function for a POST of JSON to a callback URL. */
export function invokedCallback(url: string, body: object) {
  const { pathname, host } = new URL(url);
  const [, , kind, payment, secret] = pathname.split('/');
  const routeKey = 'POST /callbacks/{kind}/{payment}/{secret}';
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host },
    pathParameters: { kind, payment, secret },
    requestContext: { http: { method: 'POST', path: pathname }, requestId: 'r-1', routeKey, stage: '$default' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
