import * as z from 'zod/mini';
import { awsEndpoint, type Guard } from './aws.ts';
import { busEvent } from '../../stories/bus-event.ts';
import { type Bus, localBus } from './bus.ts';
import type { Deployment } from './deployment.ts';
import { type Item, type ItemChange, streamingDynamoDb } from './dynamodb/dynamodb.ts';
import { createTable, type Engine, scan, startDynalite } from './dynamodb/engine.ts';
import type { Folder } from '../folder.ts';
import { close, listen } from '../gateway/listen.ts';
import { type AwsCall, authorise } from './permissions.ts';
import { localQueues, type Queues } from './queues.ts';
import type { Table } from './dynamodb/tables.ts';
import { region } from './template.ts';
import { openVault, type Vault } from './vault.ts';

/** What stands in for AWS: the resources of the template, behind one address. */
export type Cloud = {
  /** The AWS_ENDPOINT_URL of the functions. */
  url: string;
  bus: Bus;
  vault: Vault;
  queues: Queues;
  /** Where the commands of cli/ find it: endpoint, region, and the outputs of the stack. */
  address: object;
  itemsOf: (table: Table) => Promise<Item[]>;
  /** Calls back for every change of an item in a streamed table, in order per item. */
  onChange: (listener: ChangeListener) => void;
};

type ChangeListener = (table: Table, change: ItemChange) => void;

export type OnStop = (closing: () => unknown) => void;

export async function startCloud(wired: {
  deployment: Deployment;
  folder: Folder | undefined;
  startEngine: (() => Promise<Engine>) | undefined;
  /** Learns every call of a function before it is served; may hold it up. */
  called?: ((call: AwsCall) => Promise<void> | void) | undefined;
  onStop: OnStop;
}): Promise<Cloud> {
  const { deployment, folder, onStop } = wired;
  const startEngine = wired.startEngine ?? (() => startDynalite(folder?.path('dynamodb')));
  const [vault, { endpoint, stop }] = await Promise.all([openVault({ ...deployment, folder }), startEngine()]);
  onStop(stop);
  await Promise.all(deployment.tables.map((table) => createTable(endpoint, table)));
  const bus = keptBus(deployment, folder);
  const queues = localQueues({ queues: deployment.queues, folder });
  const listeners: ChangeListener[] = [];
  const changed: ChangeListener = (table, change) => {
    for (const listener of listeners) listener(table, change);
  };
  const services = {
    DynamoDB_20120810: streamingDynamoDb({ endpoint, tables: deployment.tables, changed }),
    AWSEvents: bus.service,
    AmazonSQS: queues.service,
    secretsmanager: vault.secretsManager,
    TrentService: vault.kms,
  };
  const server = awsEndpoint(services, guardOf(deployment, wired.called));
  const url = await listen(server);
  onStop(() => close(server));
  const onChange: Cloud['onChange'] = (listener) => void listeners.push(listener);
  const isQueue = (value: string) => deployment.queues.some(({ name }) => name === value);
  const outputs = deployment.outputs.map(([name, value]) => [name, isQueue(value) ? queues.urlOf(url, value) : value]);
  const address = { endpoint: url, region, outputs: Object.fromEntries(outputs) };
  return { url, bus, vault, queues, address, itemsOf: ({ name }) => scan(endpoint, name), onChange };
}

const file = 'events.jsonl';

const keptBus = ({ buses: names }: Deployment, folder: Folder | undefined): Bus =>
  localBus({
    names: names.map(({ name }) => name),
    past: folder?.lines(file).map((line) => busEvent.parse(line)) ?? [],
    keep: (event) => folder?.append(file, event),
  });

const named = z.object({
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

/** A function may do what its role in the template says: a grant that is missing there is missing here. */
const guardOf =
  ({ permissions, tables, buses }: Deployment, called: ((call: AwsCall) => Promise<void> | void) | undefined): Guard =>
  async ({ caller, service, operation, input }) => {
    if (!permissions.has(caller)) return; // not one of the functions
    const { TableName, IndexName, SecretId, KeyId, Entries } = named.parse(input);
    const table = tables.find(({ name }) => name === TableName)?.arn ?? TableName;
    const bus = buses.find(({ name }) => name === Entries?.[0]?.EventBusName)?.arn;
    const on = SecretId ?? KeyId ?? bus ?? (IndexName ? `${table}/index/${IndexName}` : table);
    const call = { caller, action: `${prefixes[service] ?? service}:${operation}`, resource: on ?? '' };
    await called?.(call);
    authorise(permissions, call);
  };
