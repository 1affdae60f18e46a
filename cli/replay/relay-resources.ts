import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { textOption } from '../arguments.ts';
import type { Environment } from '../command.ts';
import { Misuse } from '../misuse.ts';

/**
 * The resources of a relay that replays read and write. `aws` configures the AWS SDK's clients: empty for a deployment,
 * the address of the local run otherwise.
 */
export type RelayResources = {
  table: string;
  bus: string;
  /** The URLs of its dead-letter queues that are known. */
  queues: Partial<Record<DeadLetterQueue, string>>;
  aws: { endpoint?: string; region?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };
};

/** The dead-letter queues, by the names of their constructs. */
export const deadLetterQueues = ['Discarded', 'Undeliverable', 'MissedWakeUps'] as const;
export type DeadLetterQueue = (typeof deadLetterQueues)[number];

/** The options that name these resources. */
export const resourceOptions = { table: textOption, bus: textOption, outputs: textOption, stack: textOption };

export const resourceOptionsHelp = `
  --outputs FILE
                the file that "cdk deploy --outputs-file FILE" wrote
                (or KLARNA_RELAY_OUTPUTS)
  --stack NAME  the stack, if that file holds several
  --table NAME, --bus NAME
                the table and the bus themselves (or KLARNA_RELAY_TABLE and
                KLARNA_RELAY_BUS); by default those of --outputs, else those of
                the local run at 127.0.0.1:4600 (or PORT)
`.slice(1);

type Values = { [option in keyof typeof resourceOptions]?: string | undefined };

/** @throws Misuse when only a table or only a bus is given; Error when no local run answers */
export async function findRelayResources(values: Values, env: Environment): Promise<RelayResources> {
  const file = values.outputs ?? env.KLARNA_RELAY_OUTPUTS;
  const outputs = file ? outputsIn(file, values.stack) : {};
  const table = values.table ?? env.KLARNA_RELAY_TABLE ?? outputs.TableName;
  const bus = values.bus ?? env.KLARNA_RELAY_BUS ?? outputs.BusName;
  if (table && bus) return { table, bus, queues: queuesIn(outputs), aws: {} };
  if (table) throw new Misuse('--bus is needed with --table');
  if (bus) throw new Misuse('--table is needed with --bus');
  return localResources(env.PORT ?? '4600');
}

const outputs = z.record(z.string(), z.string());
type Outputs = z.infer<typeof outputs>;
const stacks = z.record(z.string(), outputs);

/** The outputs of the one stack in the CDK's file that has a relay's, or of the stack that is given. */
function outputsIn(file: string, stack: string | undefined): Outputs {
  const found = Object.entries(stacksIn(file)).filter(
    ([name, { TableName, BusName }]) => (stack === undefined || name === stack) && TableName && BusName,
  );
  const [first, ...more] = found;
  if (!first) throw new Misuse(`--outputs ${file}: no stack with the outputs TableName and BusName`);
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

const queuesIn = (found: Outputs): RelayResources['queues'] =>
  Object.fromEntries(deadLetterQueues.flatMap((name) => (found[`${name}Url`] ? [[name, found[`${name}Url`]]] : [])));

const localAws = z.object({ endpoint: z.string(), region: z.string(), outputs });

async function localResources(port: string): Promise<RelayResources> {
  const route = `http://127.0.0.1:${port}/local/aws`;
  const answer = await fetch(route).catch(() => undefined);
  if (!answer?.ok)
    throw new Error(`no local run answers at ${route}: npm start, or name a deployment with --outputs or --table`);
  const { endpoint, region, outputs } = localAws.parse(await answer.json());
  const { TableName: table = '', BusName: bus = '' } = outputs;
  const credentials = { accessKeyId: 'klarna-relay', secretAccessKey: 'local' };
  return { table, bus, queues: queuesIn(outputs), aws: { endpoint, region, credentials } };
}
