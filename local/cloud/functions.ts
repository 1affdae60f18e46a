import * as z from 'zod/mini';
import { type Resource, read, type Template } from './template.ts';

const text = z.string();

/** `entry` is the function's TypeScript source, from the project's root; `timeout` in seconds. */
export type LambdaFunction = {
  id: string;
  arn: string;
  entry: string;
  exported: string;
  env: Record<string, string>;
  timeout: number;
};

const functionProperties = z.object({
  Handler: text,
  Environment: z._default(z.object({ Variables: z.record(text, text) }), { Variables: {} }),
  Timeout: z._default(z.number(), 3),
});

export function lambdaFunction({ id, arn, properties, metadata }: Resource): LambdaFunction {
  const { Handler, Environment, Timeout: timeout } = functionProperties.parse(properties);
  const entry = z.catch(text, '').parse(metadata.entry);
  return { id, arn, entry, exported: Handler.split('.').at(-1) ?? '', env: Environment.Variables, timeout };
}

/** The function with this name or ARN. */
export function findFunction(name: string, functions: LambdaFunction[]): LambdaFunction {
  const found = functions.find(({ id, arn }) => name === id || name === arn);
  if (!found) throw new Error(`${name} is no function with Metadata "entry"`);
  return found;
}

/** `key` is spelled as API Gateway does: POST /a/{b} */
export type ApiRoute = { key: string; function: LambdaFunction };

const routeProperties = z.object({ RouteKey: text, Target: text });

/** The routes of the HTTP API, each followed through its integration to its function. */
export function routesIn(template: Template, functions: LambdaFunction[]): ApiRoute[] {
  const integrations = new Map(read(template, integration, 'AWS::ApiGatewayV2::Integration'));
  const route = ({ properties }: Resource): ApiRoute => {
    const { RouteKey, Target } = routeProperties.parse(properties);
    return { key: RouteKey, function: findFunction(integrations.get(Target) ?? Target, functions) };
  };
  return read(template, route, 'AWS::ApiGatewayV2::Route');
}

const integrationProperties = z.object({ IntegrationUri: text, PayloadFormatVersion: z.literal('2.0') });

const integration = ({ id, properties }: Resource): [target: string, functionArn: string] => [
  `integrations/${id}`,
  integrationProperties.parse(properties).IntegrationUri,
];
