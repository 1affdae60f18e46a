import * as z from 'zod/mini';
import { busEvent } from '../../stories/bus-event.ts';
import type { Folder } from '../folder.ts';
import { close, listen } from '../gateway/listen.ts';
import { awsEndpoint, type Guard } from './aws.ts';
import { type LocalBus, localBus } from './bus.ts';
import type { TemplateDeployment } from './deployment.ts';
import { type Item, type ItemChange, streamingDynamoDb } from './dynamodb/dynamodb.ts';
import { createTable, type Engine, scan, startDynalite } from './dynamodb/engine.ts';
import type { Table } from './dynamodb/tables.ts';
import { type AwsCall, authorise } from './permissions.ts';
import { localQueues, type Queues } from './queues.ts';
import { region } from './template.ts';
import { openVault, type Vault } from './vault.ts';

/** The stand-in for AWS: the resources of the template behind one address. */
export type Cloud = {
  /** The AWS_ENDPOINT_URL of the functions. */
  url: string;
  bus: LocalBus;
  vault: Vault;
  queues: Queues;
  /** How the commands of cli/ reach it: endpoint, region, and the outputs of the stack. */
  address: object;
  itemsOf: (table: Table) => Promise<Item[]>;
  /** Calls the listener for every change of an item in a table with a stream, in order per item. */
  onChange: (listener: ChangeListener) => void;
};

type ChangeListener = (table: Table, change: ItemChange) => void;

/** Adds a step to the end of the run; the last one added goes first. */
export type OnStop = (close: () => unknown) => void;

/** Called with each AWS call of a function before it is served; may delay or refuse it. */
export type OnAwsCall = (call: AwsCall) => Promise<void> | void;

export async function startCloud(options: {
  deployment: TemplateDeployment;
  folder: Folder | undefined;
  startEngine: (() => Promise<Engine>) | undefined;
  onAwsCall?: OnAwsCall | undefined;
  onStop: OnStop;
}): Promise<Cloud> {
  const { deployment, folder, onStop } = options;
  const startEngine = options.startEngine ?? (() => startDynalite(folder?.path('dynamodb')));
  const [vault, { endpoint, stop }] = await Promise.all([openVault({ ...deployment, folder }), startEngine()]);
  onStop(stop);
  await Promise.all(deployment.tables.map((table) => createTable(endpoint, table)));
  const bus = openBus(deployment, folder);
  const queues = localQueues({ queues: deployment.queues, folder });
  const listeners: ChangeListener[] = [];
  const notify: ChangeListener = (table, change) => {
    for (const listener of listeners) listener(table, change);
  };
  const services = {
    DynamoDB_20120810: streamingDynamoDb({ endpoint, tables: deployment.tables, onChange: notify }),
    AWSEvents: bus.service,
    AmazonSQS: queues.service,
    secretsmanager: vault.secretsManager,
    TrentService: vault.kms,
  };
  const server = awsEndpoint(services, roleGuard(deployment, options.onAwsCall));
  const url = await listen(server);
  onStop(() => close(server));
  const onChange: Cloud['onChange'] = (listener) => void listeners.push(listener);
  const isQueue = (value: string) => deployment.queues.some(({ name }) => name === value);
  const outputs = deployment.outputs.map(([name, value]) => [name, isQueue(value) ? queues.urlOf(url, value) : value]);
  const address = { endpoint: url, region, outputs: Object.fromEntries(outputs) };
  return { url, bus, vault, queues, address, itemsOf: ({ name }) => scan(endpoint, name), onChange };
}

const file = 'events.jsonl';

/** The bus with the events that earlier runs left in the folder. */
const openBus = ({ buses }: TemplateDeployment, folder: Folder | undefined): LocalBus =>
  localBus({
    names: buses.map(({ name }) => name),
    earlier: folder?.readAll(file).map((value) => busEvent.parse(value)) ?? [],
    save: (event) => folder?.append(file, event),
  });

/** The input fields that name the resource of a call. */
const resourceFields = z.object({
  TableName: z.optional(z.string()),
  IndexName: z.optional(z.string()),
  SecretId: z.optional(z.string()),
  KeyId: z.optional(z.string()),
  Entries: z.optional(z.array(z.object({ EventBusName: z.optional(z.string()) }))),
});

const prefixes: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
  TrentService: 'kms',
};

/** Allows a function what its role in the template allows, and nothing else. */
const roleGuard =
  ({ permissions, tables, buses }: TemplateDeployment, onAwsCall: OnAwsCall | undefined): Guard =>
  async ({ caller, service, operation, input }) => {
    if (!permissions.has(caller)) return; // not one of the functions
    const { TableName, IndexName, SecretId, KeyId, Entries } = resourceFields.parse(input);
    const table = tables.find(({ name }) => name === TableName)?.arn ?? TableName;
    const bus = buses.find(({ name }) => name === Entries?.[0]?.EventBusName)?.arn;
    const on = SecretId ?? KeyId ?? bus ?? (IndexName ? `${table}/index/${IndexName}` : table);
    const call = { caller, action: `${prefixes[service] ?? service}:${operation}`, resource: on ?? '' };
    await onAwsCall?.(call);
    authorise(permissions, call);
  };
