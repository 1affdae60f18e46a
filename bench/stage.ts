import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { relayFunction } from '../cdk/relay-function.ts';
import { startCloud } from '../local/cloud.ts';
import { readDeployment } from '../local/deployment.ts';
import { startDynalite } from '../local/engine.ts';
import { type Mint, minter } from '../local/mint.ts';
import { type Deployed, synthesised } from '../test/bundle/deployed.ts';

export type Bundle = { file: string; kb: number; env: Record<string, string> };

export type Stage = {
  receive: Bundle;
  publish: Bundle;
  /** Imports and constructs the DynamoDB client. */
  client: Bundle;
  /** Makes the calls of `receive`, at init and per event, with nothing around them. */
  calls: Bundle;
  /** The addresses that AWS calls go to. */
  urls: string[];
  mint: Mint;
  stop: () => Promise<void>;
};

/** Our bundles as synthesis makes them, floors made by the very same options, and the AWS of the local run for all of them. */
export async function setStage(): Promise<Stage> {
  const closers: (() => unknown)[] = [];
  const { stack, remove } = synthesised(addFloors);
  closers.push(remove);
  const [relay, floors] = [stack('KlarnaRelay'), stack('Floors')];
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
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint, // straight to the engine: the shorter its answer, the more our own time shows
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const bundle = ({ folder, handler, env }: Deployed): Bundle => {
    const file = join(folder, handler.replace(/\.\w+$/, '.mjs'));
    return { file, kb: Math.round(statSync(file).size / 102.4) / 10, env: { ...env, ...awsEnv } };
  };
  const receive = bundle(relay.functionOf('lambdas/handlers/receive-callback.ts'));
  const floor = (name: string) => ({ ...bundle(floors.functionOf(floorEntry(name))), env: receive.env });
  return {
    receive,
    publish: bundle(relay.functionOf('lambdas/handlers/publish-changes.ts')),
    client: floor('client'),
    calls: floor('calls'),
    urls: [cloud.url, engine.endpoint],
    mint: minter({ base: 'https://relay.example', functions: deployment.functions, vault: cloud.vault }),
    stop: async () => {
      for (const closing of closers.toReversed()) await closing();
    },
  };
}

const floorHandler = (name: string) => `../../bench/floors/${name}`;
const floorEntry = (name: string) => `lambdas/handlers/${floorHandler(name)}.ts`;

function addFloors(app: App) {
  const stack = new Stack(app, 'Floors');
  for (const name of ['client', 'calls'])
    relayFunction(stack, name, {
      handler: floorHandler(name),
      errorImpact: 'nobody',
      environment: {},
      timeout: Duration.seconds(5),
      memorySize: 1024,
      logRetention: RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
}
