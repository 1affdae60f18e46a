import { keyPattern } from '../lambdas/handlers/http/merchant-requests.ts';
import { callbackKinds } from '../lambdas/klarna/inbound/callback-url.ts';
import packageJson from '../package.json' with { type: 'json' };
import { openRoutes } from './open-routes.ts';
import { paymentRoutes } from './payment-routes.ts';
import { type Answer, type Route, turnedAway, unsigned } from './route.ts';
import { type Json, type Refer, schemaWriter } from './schema-writer.ts';
import { tokenRoutes } from './token-routes.ts';

/** The API of the relay in OpenAPI 3.1, from the schemas that its handlers parse with; docs/openapi.json holds it. */
export const description = (): Json => {
  const written = schemaWriter();
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries({ ...paymentRoutes, ...tokenRoutes, ...openRoutes })) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(path, route, written.refer) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'klarna-relay',
      version: packageJson.version,
      summary: packageJson.description,
      description: about,
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        description: "Deployed: the stack's output names it.",
        variables: { api: { default: 'a1b2c3d4e5' }, region: { default: 'eu-central-1' } },
      },
      { url: 'http://127.0.0.1:4600', description: 'npm start' },
    ],
    tags: Object.entries(tags).map(([name, says]) => ({ name, description: says })),
    security: [{ sigv4: [] }],
    paths,
    components: {
      schemas: written.all(),
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4 with IAM credentials that may execute-api:Invoke the route.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
};

const about = `What a merchant's systems ask of the relay. Amounts are integers in minor units. Unknown fields of a request are refused by name;
new fields may appear in answers. Problems are RFC 9457; everything that is wrong with a request is told at once.`;

const tags = {
  payments: 'Created, and read.',
  operations: "What is asked of a payment's order.",
  'customer tokens': 'What a customer has agreed to for payments to come.',
  shopper: "What the shopper's browser may ask.",
  Klarna: 'What Klarna calls.',
};

function operationOf(path: string, route: Route, refer: Refer): Json {
  const told = { ...(route.proof === 'iam' && { 403: unsigned }), 429: turnedAway, ...route.answers };
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.says && { description: route.says }),
    ...(route.proof === 'url' && { security: [] }),
    parameters: [...parametersIn(path), ...keyOf(route), ...queryOf(route)],
    ...(route.body && { requestBody: bodyOf(route.body, refer) }),
    responses: Object.fromEntries(Object.entries(told).map(([status, answer]) => [status, answerOf(answer, refer)])),
  };
}

const parameters: Record<string, Json> = {
  payment: { description: 'The payment.', schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } },
  token: { description: "Our name for the customer token, never Klarna's.", schema: { type: 'string' } },
  secret: { description: 'What proves that the relay minted the URL.', schema: { type: 'string' } },
  kind: { description: 'The kind of callback.', schema: { type: 'string', enum: callbackKinds } },
};

const parametersIn = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, ...parameters[name] }));

function keyOf({ key }: Route): Json[] {
  if (!key) return [];
  const schema = { type: 'string', pattern: keyPattern.source };
  const says = 'One value per wish, the same when it is asked again.';
  return [{ name: 'Idempotency-Key', in: 'header', required: key === 'needed', description: says, schema }];
}

const queryOf = ({ query }: Route): Json[] =>
  query ? [{ name: query.name, in: 'query', required: true, description: query.says, schema: { type: 'string' } }] : [];

const bodyOf = ({ schema, required, examples, says }: NonNullable<Route['body']>, refer: Refer): Json => ({
  required,
  ...(says && { description: says }),
  content: { 'application/json': { schema: schema ? refer(schema) : {}, examples: valued(examples) } },
});

const headers: Record<string, Json> = {
  Location: { description: 'Where to read how the payment stands.', schema: { type: 'string' } },
  'Cache-Control': { schema: { type: 'string' } },
  'Access-Control-Allow-Origin': { schema: { type: 'string' } },
};

function answerOf({ says, schema, problem, examples = {}, headers: named = [] }: Answer, refer: Refer): Json {
  const told = problem ? problem.map(refer) : schema && [refer(schema)];
  const content = told && {
    [problem ? 'application/problem+json' : 'application/json']: {
      schema: told.length === 1 ? told[0] : { anyOf: told },
      ...(Object.keys(examples).length > 0 && { examples: valued(examples) }),
    },
  };
  return {
    description: says,
    ...(named.length > 0 && { headers: Object.fromEntries(named.map((name) => [name, headers[name]])) }),
    ...(content && { content }),
  };
}

const valued = (examples: Record<string, object>): Json =>
  Object.fromEntries(
    Object.entries(examples).map(([name, value]) => [name.replaceAll(' ', '_'), { summary: name, value }]),
  );
