import { awsEndpoint } from './aws.ts';
import { type Bus, busEvent, localBus } from './bus.ts';
import type { Deployment } from './deployment.ts';
import { type Item, type ItemChange, streamingDynamoDb } from './dynamodb.ts';
import { createTable, type Engine, scan, startDynalite } from './engine.ts';
import type { Folder } from './folder.ts';
import { close, listen } from './listening.ts';
import type { Table } from './tables.ts';
import { openVault, type Vault } from './vault.ts';

/** What stands in for AWS: the resources of the template, behind one address. */
export type Cloud = {
  /** The AWS_ENDPOINT_URL of the functions. */
  url: string;
  bus: Bus;
  vault: Vault;
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
  onStop: OnStop;
}): Promise<Cloud> {
  const { deployment, folder, onStop } = wired;
  const startEngine = wired.startEngine ?? (() => startDynalite(folder?.path('dynamodb')));
  const [vault, { endpoint, stop }] = await Promise.all([openVault({ ...deployment, folder }), startEngine()]);
  onStop(stop);
  await Promise.all(deployment.tables.map((table) => createTable(endpoint, table)));
  const bus = keptBus(deployment, folder);
  const listeners: ChangeListener[] = [];
  const changed: ChangeListener = (table, change) => {
    for (const listener of listeners) listener(table, change);
  };
  const server = awsEndpoint({
    DynamoDB_20120810: streamingDynamoDb({ endpoint, tables: deployment.tables, changed }),
    AWSEvents: bus.service,
    secretsmanager: vault.secretsManager,
    TrentService: vault.kms,
  });
  const url = await listen(server);
  onStop(() => close(server));
  const onChange: Cloud['onChange'] = (listener) => void listeners.push(listener);
  return { url, bus, vault, itemsOf: ({ name }) => scan(endpoint, name), onChange };
}

const file = 'events.jsonl';

const keptBus = ({ buses: names }: Deployment, folder: Folder | undefined): Bus =>
  localBus({
    names,
    past: folder?.lines(file).map((line) => busEvent.parse(line)) ?? [],
    keep: (event) => folder?.append(file, event),
  });
