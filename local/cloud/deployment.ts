import * as z from 'zod/mini';
import { type LambdaFunction, lambdaFunction, type Route, routesIn } from './functions.ts';
import { type Permissions, permissionsIn } from './permissions.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { mappingOf, type StreamMapping, type Table, table } from './dynamodb/tables.ts';
import { outputsOf, parseTemplate, type Resource, read } from './template.ts';
import { type Limits, limitsIn } from '../gateway/throttle.ts';

/** What a template deploys, as far as the local run plays it: every wire as the template has it. */
export type Deployment = {
  routes: Route[];
  /** What the API lets through of each route. */
  limits: Limits;
  functions: LambdaFunction[];
  mappings: StreamMapping[];
  tables: Table[];
  buses: { id: string; name: string; arn: string }[];
  /** Where dead letters end. */
  queues: { name: string; arn: string }[];
  secrets: Secret[];
  keys: EncryptionKey[];
  schedules: Schedule[];
  /** The outputs of the stack: their names, and what they give here. */
  outputs: [name: string, value: string][];
  /** What the role of each function allows. */
  permissions: Permissions;
};

/**
 * A secret that is generated: a password of `length` characters under `field`, added to the JSON `seed`. A secret that the
 * template gives as a form is `form`: what is empty in it is filled in by the local run.
 */
export type Secret = { id: string; arn: string } & ({ seed: string; field: string; length: number } | { form: string });
export type EncryptionKey = { id: string; arn: string; spec: string };

/** Reads a CloudFormation template; throws, naming the resource, where it asks for what the local run cannot play. */
export function readDeployment(json: unknown, url?: string): Deployment {
  const template = parseTemplate(json, url);
  const functions = read(template, lambdaFunction, 'AWS::Lambda::Function').filter(({ entry }) => entry !== '');
  const tables = read(template, table, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  return {
    functions,
    tables,
    routes: routesIn(template, functions),
    limits: limitsIn(template),
    mappings: read(template, mappingOf(functions, tables), 'AWS::Lambda::EventSourceMapping'),
    buses: read(template, bus, 'AWS::Events::EventBus'),
    queues: read(template, ({ id: name, arn }) => ({ name, arn }), 'AWS::SQS::Queue'),
    secrets: read(template, secret, 'AWS::SecretsManager::Secret'),
    keys: read(template, encryptionKey, 'AWS::KMS::Key'),
    schedules: read(template, scheduleOf(functions), 'AWS::Scheduler::Schedule'),
    outputs: outputsOf(template),
    permissions: permissionsIn(template),
  };
}

/** What a client of AWS would call these resources, as CloudFormation lists them. */
export const resourcesOf = ({ secrets, buses }: Deployment) => [
  ...secrets.map(({ id, arn: name }) => ({ id, type: 'AWS::SecretsManager::Secret', name })),
  ...buses.map(({ id, name }) => ({ id, type: 'AWS::Events::EventBus', name })),
];

const text = z.string();

const bus = ({ id, arn, properties }: Resource) => ({ id, name: z.catch(text, id).parse(properties.Name), arn });

const generated = z.object({
  SecretStringTemplate: text,
  GenerateStringKey: text,
  PasswordLength: z._default(z.number(), 32),
});

function secret({ id, arn, properties }: Resource): Secret {
  const form = z.catch(z.optional(text), undefined).parse(properties.SecretString);
  if (form !== undefined) return { id, arn, form };
  const asked = generated.parse(properties.GenerateSecretString);
  return { id, arn, seed: asked.SecretStringTemplate, field: asked.GenerateStringKey, length: asked.PasswordLength };
}

const encryptionKey = ({ id, arn, properties }: Resource): EncryptionKey => ({
  id,
  arn,
  spec: z.catch(text, 'SYMMETRIC_DEFAULT').parse(properties.KeySpec),
});
