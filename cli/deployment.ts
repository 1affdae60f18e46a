import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { Misuse } from './misuse.ts';

export type Environment = Record<string, string | undefined>;

/** Where a relay is, and how the AWS SDK reaches it: with nothing more than your credentials, or at the local run. */
export type Deployment = {
  table: string;
  bus: string;
  /** The URLs of its dead-letter queues, as far as they are known. */
  queues: Partial<Record<DeadLetterQueue, string>>;
  aws: { endpoint?: string; region?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };
};

/** As the construct names them. */
export const deadLetterQueues = ['Discarded', 'Undeliverable', 'MissedWakeUps'] as const;
export type DeadLetterQueue = (typeof deadLetterQueues)[number];

const text = { type: 'string' as const };

/** For parseArgs. */
export const deploymentFlags = { table: text, bus: text, outputs: text, stack: text };

export const deploymentUsage = `  --outputs FILE  what "cdk deploy --outputs-file FILE" wrote (or KLARNA_RELAY_OUTPUTS); --stack NAME if it holds several
  --table NAME --bus NAME
                  the names themselves (or KLARNA_RELAY_TABLE and KLARNA_RELAY_BUS); AWS is called with your credentials.
                  Without any of them the local run at 127.0.0.1:4600 (or PORT) is meant`;

type Flags = { [flag in keyof typeof deploymentFlags]?: string | undefined };

/** @throws Misuse when half of a deployment is named; Error when no local run answers */
export async function deploymentOf(flags: Flags, env: Environment): Promise<Deployment> {
  const file = flags.outputs ?? env.KLARNA_RELAY_OUTPUTS;
  const outputs = file ? outputsIn(file, flags.stack) : {};
  const table = flags.table ?? env.KLARNA_RELAY_TABLE ?? outputs.TableName;
  const bus = flags.bus ?? env.KLARNA_RELAY_BUS ?? outputs.BusName;
  if (table && bus) return { table, bus, queues: queuesIn(outputs), aws: {} };
  if (table) throw new Misuse('--bus is needed beside --table');
  if (bus) throw new Misuse('--table is needed beside --bus');
  return localRun(env.PORT ?? '4600');
}

const outputs = z.record(z.string(), z.string());
type Outputs = z.infer<typeof outputs>;
const stacks = z.record(z.string(), outputs);

/** The CDK's file: outputs by stack. */
function outputsIn(file: string, wanted: string | undefined): Outputs {
  const found = Object.entries(stacksIn(file)).filter(
    ([name, { TableName, BusName }]) => (wanted === undefined || name === wanted) && TableName && BusName,
  );
  const [first, ...more] = found;
  if (!first) throw new Misuse(`--outputs ${file}: no stack in it has the outputs TableName and BusName`);
  if (more.length > 0) throw new Misuse(`--stack: one of ${found.map(([name]) => name).join(', ')}`);
  return first[1];
}

function stacksIn(file: string): z.infer<typeof stacks> {
  try {
    return stacks.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Misuse(`--outputs ${file}: ${missing ? 'no such file' : 'not what "cdk deploy --outputs-file" writes'}`);
  }
}

const queuesIn = (found: Outputs): Deployment['queues'] =>
  Object.fromEntries(deadLetterQueues.flatMap((name) => (found[`${name}Url`] ? [[name, found[`${name}Url`]]] : [])));

const address = z.object({ endpoint: z.string(), region: z.string(), outputs });

async function localRun(port: string): Promise<Deployment> {
  const local = `http://127.0.0.1:${port}/local/aws`;
  const answer = await fetch(local).catch(() => undefined);
  if (!answer?.ok)
    throw new Error(`no local run answers at ${local}: npm start, or name a deployment with --outputs or --table`);
  const { endpoint, region, outputs } = address.parse(await answer.json());
  const { TableName: table = '', BusName: bus = '' } = outputs;
  const credentials = { accessKeyId: 'klarna-relay', secretAccessKey: 'local' };
  return { table, bus, queues: queuesIn(outputs), aws: { endpoint, region, credentials } };
}
