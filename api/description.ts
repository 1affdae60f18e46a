import { keyPattern } from '../lambdas/handlers/http/merchant-requests.ts';
import { callbackKinds } from '../lambdas/klarna/inbound/callback-url.ts';
import { paymentIdPattern } from '../lambdas/payment/payment-id.ts';
import packageJson from '../package.json' with { type: 'json' };
import { openRoutes } from './open-routes.ts';
import { paymentRoutes } from './payment-routes.ts';
import { type AnswerDescription, forbiddenAnswer, type RouteDescription, throttledAnswer } from './route.ts';
import { type Json, type Refer, schemaWriter } from './schema-writer.ts';
import { tokenRoutes } from './token-routes.ts';

/** The API of the relay in OpenAPI 3.1, from the schemas that its handlers parse with; docs/openapi.json holds it. */
export const apiDescription = (): Json => {
  const schemas = schemaWriter();
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries({ ...paymentRoutes, ...tokenRoutes, ...openRoutes })) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(path, route, schemas.refer) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'klarna-relay',
      version: packageJson.version,
      summary: packageJson.description,
      description: introduction,
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        description: 'A deployment; an output of its stack holds the URL.',
        variables: { api: { default: 'a1b2c3d4e5' }, region: { default: 'eu-central-1' } },
      },
      { url: 'http://127.0.0.1:4600', description: 'npm start' },
    ],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ sigv4: [] }],
    paths,
    components: {
      schemas: schemas.all(),
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

const introduction = `The HTTP API of the relay, for a merchant's systems. Amounts are integers in minor units. Names are snake_case; only the
entries of \`changes\` keep the names under which they were published. A request with an unknown field is refused and the field is named;
new fields may appear in answers. Problems are RFC 9457 and list everything that is wrong with a request at once.`;

const tags = {
  payments: 'Creating and reading payments.',
  operations: "Requests about a payment's order.",
  'customer tokens': "A customer's consent to later payments.",
  shopper: "Open to the shopper's browser.",
  Klarna: 'Called by Klarna.',
};

function operationOf(path: string, route: RouteDescription, refer: Refer): Json {
  const answers = { ...(route.proof === 'iam' && { 403: forbiddenAnswer }), 429: throttledAnswer, ...route.answers };
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.proof === 'url' && { security: [] }),
    parameters: [...pathParameters(path), ...keyParameters(route), ...queryParameters(route)],
    ...(route.body && { requestBody: bodyOf(route.body, refer) }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, refer)])),
  };
}

const parameters: Record<string, Json> = {
  payment: { description: 'The payment.', schema: { type: 'string', pattern: paymentIdPattern.source } },
  token: { description: "The relay's id of the customer token, never Klarna's.", schema: { type: 'string' } },
  secret: { description: 'The proof that the relay minted the URL.', schema: { type: 'string' } },
  kind: { description: 'The kind of callback.', schema: { type: 'string', enum: callbackKinds } },
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, ...parameters[name] }));

function keyParameters({ key }: RouteDescription): Json[] {
  if (!key) return [];
  const schema = { type: 'string', pattern: keyPattern.source };
  const description =
    'One value for each thing you want done, the same when you repeat the request: any text of 1 to 255 bytes in UTF-8 without control characters.';
  return [{ name: 'Idempotency-Key', in: 'header', required: key === 'required', description, schema }];
}

const queryParameters = ({ query }: RouteDescription): Json[] =>
  query
    ? [{ name: query.name, in: 'query', required: true, description: query.description, schema: { type: 'string' } }]
    : [];

const bodyOf = (
  { schema, required, examples, description }: NonNullable<RouteDescription['body']>,
  refer: Refer,
): Json => ({
  required,
  ...(description && { description }),
  content: { 'application/json': { schema: schema ? refer(schema) : {}, examples: examplesOf(examples) } },
});

const headers: Record<string, Json> = {
  Location: { description: 'Where to read how the payment stands.', schema: { type: 'string' } },
  'Cache-Control': { schema: { type: 'string' } },
  'Access-Control-Allow-Origin': { schema: { type: 'string' } },
};

function answerOf(answer: AnswerDescription, refer: Refer): Json {
  const { description, schema, problem, examples = {}, headers: names = [] } = answer;
  const schemas = problem ? problem.map(refer) : schema && [refer(schema)];
  const content = schemas && {
    [problem ? 'application/problem+json' : 'application/json']: {
      schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
      ...(Object.keys(examples).length > 0 && { examples: examplesOf(examples) }),
    },
  };
  return {
    description,
    ...(names.length > 0 && { headers: Object.fromEntries(names.map((name) => [name, headers[name]])) }),
    ...(content && { content }),
  };
}

const examplesOf = (examples: Record<string, object>): Json =>
  Object.fromEntries(
    Object.entries(examples).map(([name, value]) => [name.replaceAll(' ', '_'), { summary: name, value }]),
  );
