import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import type { customerTokenSchema, operationSchema, paymentSchema, statusSchema } from '../../api/answers.ts';
import { apiDescription } from '../../api/description.ts';
import type { operationView, paymentView, statusView, tokenView } from '../../lambdas/handlers/http/views.ts';
import { type OperationName, operationRequests, parseOperation } from '../../lambdas/merchant/operation-requests.ts';
import { parseCharge, parseSession } from '../../lambdas/merchant/requests.ts';
import { synthesisedOnce } from '../support/engines/template.ts';

type Content = Record<string, { schema: object; examples?: Record<string, { value: object }> }>;
type Operation = {
  operationId: string;
  security?: object[];
  parameters: { name: string; in: string }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
};
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };

const document = JSON.parse(JSON.stringify(apiDescription())) as Document;
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'openapi');
const absolute = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);
const examples = operations.flatMap(({ name, operation: { requestBody, responses } }) =>
  [
    ...Object.values(requestBody?.content ?? {}),
    ...Object.values(responses).flatMap(({ content = {} }) => Object.values(content)),
  ].flatMap(({ schema, examples: values = {} }) =>
    Object.entries(values).map(([title, { value }]) => ({ title: `${name}: ${title}`, schema, value })),
  ),
);

test('docs/openapi.json is the description of these schemas', () => {
  const written = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(written).toBe(`${JSON.stringify(apiDescription(), null, 2)}\n`);
});

test('the description has the routes of the template, each with the authorisation that the template requires', async () => {
  const { Resources } = (await synthesisedOnce()) as {
    Resources: Record<string, { Type: string; Properties: Record<string, string> }>;
  };
  const deployed = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => `${Properties.RouteKey} ${Properties.AuthorizationType}`);
  const described = operations.map(
    ({ name, operation }) => `${name} ${operation.security === undefined ? 'AWS_IAM' : 'NONE'}`,
  );
  expect(described.toSorted()).toEqual(deployed.toSorted());
  expect(deployed.filter((route) => route.endsWith(' NONE'))).toHaveLength(2);
});

test.each(examples)('the example of $title matches its schema', ({ schema, value }) => {
  const valid = ajv.compile(absolute(schema));
  expect(valid(value), JSON.stringify(valid.errors)).toBe(true);
});

test('the handlers accept the examples of requests', () => {
  const examplesOf = (name: string) =>
    Object.values(
      operations.find((each) => each.name === name)?.operation.requestBody?.content['application/json']?.examples ?? {},
    ).map(({ value }) => value);
  const requests = [
    ...examplesOf('POST /payments').map(parseSession),
    ...examplesOf('POST /customer-tokens/{token}/payments').map((body) => parseCharge(body, 'DE')),
    ...(Object.keys(operationRequests) as OperationName[]).flatMap((name) =>
      examplesOf(`POST /payments/{payment}/${name}`).map((body) => parseOperation(name, body)),
    ),
  ];
  expect(requests).toHaveLength(13);
  expect(requests.filter((each) => 'problems' in each)).toEqual([]);
});

/** Every property of every schema, with its name. */
function properties(json: unknown): { name: string; type?: unknown; description?: string }[] {
  if (typeof json !== 'object' || json === null) return [];
  const own = 'properties' in json ? Object.entries(json.properties as Record<string, object>) : [];
  const here = own.map(([name, schema]) => ({ name, ...schema }));
  return [...here, ...Object.values(json).flatMap(properties)];
}

test('every name is snake_case, save in the published changes', () => {
  const { Change, ...others } = document.components.schemas;
  expect(properties(Change).map(({ name }) => name)).toContain('pspStatus');
  const names = properties({ ...document, components: { schemas: others } }).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => /[A-Z]/.test(name))).toEqual([]);
});

test('every number says what it counts', () => {
  const numbers = properties(document).filter(({ type }) => type === 'integer');
  expect(numbers.length).toBeGreaterThan(20);
  const units = /minor units|percent|days|pieces|HTTP status|1, 2, 3/i;
  expect(numbers.filter(({ description = '' }) => !units.test(description)).map(({ name }) => name)).toEqual([]);
});

test('every reference leads somewhere, every part of a path is declared, every operation has its own name', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  expect(references.filter(([, name = '']) => !(name in document.components.schemas))).toEqual([]);
  for (const { path, operation } of operations) {
    const declared = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name);
    expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
});

test('a request with an unknown or missing field does not match the schema', () => {
  const body = operations.find(({ name }) => name === 'POST /payments')?.operation.requestBody?.content;
  const { schema = {}, examples: requests = {} } = body?.['application/json'] ?? {};
  const valid = ajv.compile(absolute(schema));
  expect(valid({ ...requests.purchase?.value, colour: 'red' })).toBe(false);
  expect(valid({ ...requests.purchase?.value, order: {} })).toBe(false);
});

test('the answers of the handlers have the described shape; the type checker proves it', () => {
  const asDescribed = {
    payment: (view: ReturnType<typeof paymentView>): z.input<typeof paymentSchema> => view,
    status: (view: ReturnType<typeof statusView>): z.input<typeof statusSchema> => view,
    operation: (view: ReturnType<typeof operationView>): z.input<typeof operationSchema> => view,
    token: (view: ReturnType<typeof tokenView>): z.input<typeof customerTokenSchema> => view,
  };
  expect(Object.keys(asDescribed)).toHaveLength(4);
});
