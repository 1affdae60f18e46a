import * as z from 'zod/mini';
import { limitsIn, type RouteLimits } from '../gateway/throttle.ts';
import { mappingOf, type StreamMapping, type Table, table } from './dynamodb/tables.ts';
import { type ApiRoute, type LambdaFunction, lambdaFunction, routesIn } from './functions.ts';
import { type Permissions, permissionsIn } from './permissions.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { outputsOf, parseTemplate, type Resource, read } from './template.ts';

/** The resources of a template that the local run plays, connected as in the template. */
export type TemplateDeployment = {
  routes: ApiRoute[];
  /** The API's rate limits per route. */
  limits: RouteLimits;
  functions: LambdaFunction[];
  mappings: StreamMapping[];
  tables: Table[];
  buses: { id: string; name: string; arn: string }[];
  /** Queues of dead letters. */
  queues: { name: string; arn: string }[];
  secrets: Secret[];
  keys: EncryptionKey[];
  schedules: Schedule[];
  /** The outputs of the stack, with the values of the local run. */
  outputs: [name: string, value: string][];
  permissions: Permissions;
};

/**
 * Either a generated secret: a password of `length` characters under `field`, added to the JSON `seed`. Or a `form`:
 * JSON from the template whose empty texts the local run fills in.
 */
export type Secret = { id: string; arn: string } & ({ seed: string; field: string; length: number } | { form: string });
export type EncryptionKey = { id: string; arn: string; spec: string };

/** Reads a CloudFormation template. @throws naming the resource that the local run cannot play */
export function readDeployment(json: unknown, url?: string): TemplateDeployment {
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

/** Secrets and buses with their physical names, as CloudFormation lists them. */
export const physicalNames = ({ secrets, buses }: TemplateDeployment) => [
  ...secrets.map(({ id, arn: name }) => ({ id, type: 'AWS::SecretsManager::Secret', name })),
  ...buses.map(({ id, name }) => ({ id, type: 'AWS::Events::EventBus', name })),
];

const text = z.string();

const bus = ({ id, arn, properties }: Resource) => ({ id, name: z.catch(text, id).parse(properties.Name), arn });

const generateSecretString = z.object({
  SecretStringTemplate: text,
  GenerateStringKey: text,
  PasswordLength: z._default(z.number(), 32),
});

function secret({ id, arn, properties }: Resource): Secret {
  const form = z.catch(z.optional(text), undefined).parse(properties.SecretString);
  if (form !== undefined) return { id, arn, form };
  const { SecretStringTemplate, GenerateStringKey, PasswordLength } = generateSecretString.parse(
    properties.GenerateSecretString,
  );
  return { id, arn, seed: SecretStringTemplate, field: GenerateStringKey, length: PasswordLength };
}

const encryptionKey = ({ id, arn, properties }: Resource): EncryptionKey => ({
  id,
  arn,
  spec: z.catch(text, 'SYMMETRIC_DEFAULT').parse(properties.KeySpec),
});
