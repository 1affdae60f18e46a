/** Klarna's endpoints that the relay uses, each with the requests that reach it. */
const endpoints = {
  'read hosted session': /^GET \/hpp\/v1\/sessions\/[^/]+$/,
  'read payment session': /^GET \/payments\/v1\/sessions\/[^/]+$/,
  'read order': /^GET \/ordermanagement\/v1\/orders\/[^/]+$/,
  'place order': /^POST \/payments\/v1\/authorizations\/[^/]+\/order$/,
  'create customer token': /^POST \/payments\/v1\/authorizations\/[^/]+\/customer-token$/,
  charge: /^POST \/customer-token\/v1\/tokens\/[^/]+\/order$/,
  capture: /^POST .*\/captures$/,
  refund: /^POST .*\/refunds$/,
  'other operations': /^(POST|PATCH) .*\/(cancel|release-remaining-authorization|extend-[a-z-]+)$/,
  'create sessions': /^POST \/(payments|hpp)\/v1\/sessions$/,
} as const;
export type EndpointName = keyof typeof endpoints;

export const endpointNames = Object.keys(endpoints) as readonly EndpointName[];

export const isRequestTo = (endpoint: EndpointName, { method, path }: { method: string; path: string }): boolean =>
  endpoints[endpoint].test(`${method} ${path}`);

/** The endpoint that a request reaches. */
export const endpointOf = (request: { method: string; path: string }): EndpointName | undefined =>
  endpointNames.find((endpoint) => isRequestTo(endpoint, request));

/** The part of a path that names the session, order or token. */
export const idIn = (path: string): string => path.split('/')[4] ?? '';
