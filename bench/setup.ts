import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { startCloud } from '../local/cloud/cloud.ts';
import { readDeployment } from '../local/cloud/deployment.ts';
import { startDynalite } from '../local/cloud/dynamodb/engine.ts';
import type { Table } from '../local/cloud/dynamodb/tables.ts';
import { type Mint, minter } from '../local/mint.ts';
import { synthesiseWithBundles } from '../test/bundle/deployed-bundles.ts';

export type Bundle = { file: string; kb: number; env: Record<string, string> };

export type BenchSetup = {
  receive: Bundle;
  publish: Bundle;
  /** Only imports and constructs the DynamoDB client. */
  client: Bundle;
  /** Makes the calls of `receive`, at init and per event, and does nothing else. */
  calls: Bundle;
  /** The addresses that AWS calls go to. */
  urls: string[];
  tables: Table[];
  mint: Mint;
  stop: () => Promise<void>;
};

/** The bundles of the relay as synthesis makes them, floors bundled in the same way, and the local run's AWS for all of them. */
export async function setUp(): Promise<BenchSetup> {
  const closers: (() => unknown)[] = [];
  const relay = synthesiseWithBundles();
  closers.push(relay.remove);
  const deployment = readDeployment(relay.template);
  const engine = await startDynalite();
  const cloud = await startCloud({
    deployment,
    folder: undefined,
    startEngine: async () => engine,
    onStop: (closing) => closers.push(closing),
  });
  const awsEnv = {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint, // past the local proxy: a shorter answer shows more of our own time
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const bundle = (file: string, env: Record<string, string>): Bundle => ({
    file,
    kb: Math.round(statSync(file).size / 102.4) / 10,
    env: { ...env, ...awsEnv },
  });
  const relayBundle = (entry: string) => {
    const { folder, handler, env } = relay.functionOf(`lambdas/handlers/${entry}.ts`);
    return bundle(join(folder, handler.replace(/\.\w+$/, '.mjs')), env);
  };
  const receive = relayBundle('receive-callback');
  const floor = async (name: string) => bundle(await bundledFloor(name, relay.folder), receive.env);
  return {
    receive,
    publish: relayBundle('publish-changes'),
    client: await floor('client'),
    calls: await floor('calls'),
    urls: [cloud.url, engine.endpoint],
    tables: deployment.tables,
    mint: minter({ base: 'https://relay.example', functions: deployment.functions, vault: cloud.vault }),
    stop: async () => {
      for (const closing of closers.toReversed()) await closing();
    },
  };
}

/** Bundles as NodejsFunction does with the options of cdk/functions/relay-function.ts, but with the whole SDK. */
async function bundledFloor(name: string, folder: string): Promise<string> {
  const outfile = join(folder, 'floors', `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'floors', `${name}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
  });
  return outfile;
}
