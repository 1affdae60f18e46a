import * as z from 'zod/mini';

z.config(z.locales.en()); // without it every error of a wrong template reads "Invalid input"

export const localAccount = '000000000000';
export const region = 'eu-central-1';

const resource = z.object({
  Type: z.string(),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
  Metadata: z._default(z.record(z.string(), z.unknown()), {}),
});
const document = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z._default(z.record(z.string(), z.object({ Value: z.unknown() })), {}),
  Parameters: z._default(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) })), {}),
});
/** `url` is the address of its HTTP API in the local run. */
export type Template = z.infer<typeof document> & { url: string };

/** One resource of a template: its properties with every reference replaced by a local name. */
export type Resource = {
  id: string;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
  arn: string;
};

export const parseTemplate = (json: unknown, url = 'https://api.local'): Template => ({ ...document.parse(json), url });

/** Reads all resources of these types, their references resolved. @throws naming the resource that cannot be read */
export function read<Out>(template: Template, reader: (resource: Resource) => Out, ...types: string[]): Out[] {
  const found = Object.entries(template.Resources).filter(([, { Type }]) => types.includes(Type));
  return found.map(([id, { Properties, Metadata: metadata }]) => {
    try {
      const properties = z.record(z.string(), z.unknown()).parse(resolve(Properties, template));
      return reader({ id, properties, metadata, arn: arnOf(id) });
    } catch (error) {
      const reason = error instanceof z.core.$ZodError ? z.prettifyError(error) : String(error);
      throw new Error(`${id} in the template: ${reason}`);
    }
  });
}

export const outputsOf = (template: Template): [name: string, value: string][] =>
  Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(Value, template))]);

const arnOf = (id: string): string => `arn:aws:local:${region}:${localAccount}:${id}`;

const pseudo: Record<string, string> = {
  'AWS::AccountId': localAccount,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': 'local',
  'AWS::URLSuffix': 'amazonaws.com',
};

const pair = z.tuple([z.string(), z.string()]);
const joinArguments = z.tuple([z.string(), z.array(z.unknown())]);

/** Resolves the CloudFormation functions that our template uses in properties that the local run reads. */
function resolve(value: unknown, template: Template): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, template));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first && isFunction(first[0])) return call(first[0], first[1], template);
  return Object.fromEntries(entries.map(([name, each]) => [name, resolve(each, template)]));
}

const isFunction = (name: string) => name === 'Ref' || name.startsWith('Fn::');

function call(name: string, argument: unknown, template: Template): unknown {
  if (name === 'Ref') return reference(z.string().parse(argument), template);
  if (name === 'Fn::GetAtt') return attribute(pair.parse(argument), template);
  if (name !== 'Fn::Join') return { [name]: argument }; // a reader that needs this property refuses it by name
  const [separator, parts] = joinArguments.parse(argument);
  return parts.map((part) => resolve(part, template)).join(separator);
}

/** The value of Ref: a resource's name, and for secrets the ARN. */
function reference(id: string, template: Template): unknown {
  const known = pseudo[id] ?? template.Parameters[id]?.Default;
  if (known !== undefined) return known;
  const found = template.Resources[id];
  if (!found) throw new Error(`the template refers to ${id}, which it does not hold`);
  return found.Type === 'AWS::SecretsManager::Secret' ? arnOf(id) : nameOf(id, template);
}

function attribute([id, name]: [string, string], template: Template): string {
  if (!template.Resources[id]) throw new Error(`the template refers to ${id}.${name}, which it does not hold`);
  if (name === 'Arn') return arnOf(id);
  if (name === 'ApiEndpoint') return template.url;
  return name === 'Name' ? nameOf(id, template) : `${arnOf(id)}/${name}`;
}

/** The name that the template gives a resource, or its id. */
function nameOf(id: string, template: Template): string {
  const { TableName, Name, FunctionName, QueueName } = template.Resources[id]?.Properties ?? {};
  const name = [TableName, Name, FunctionName, QueueName].find((each) => typeof each === 'string');
  return typeof name === 'string' ? name : id;
}
