import * as z from 'zod/mini';
import { findFunction, type LambdaFunction } from '../functions.ts';
import type { Resource } from '../template.ts';
import { type Pattern, parsePattern } from './filter.ts';

const text = z.string();

export type Table = {
  name: string;
  arn: string;
  definition: z.infer<typeof definition>;
  stream?: { arn: string; view: string };
};

/** The properties in the template that CreateTable takes as they are. */
const definition = z.object({
  KeySchema: z.array(z.object({ AttributeName: text, KeyType: text })),
  AttributeDefinitions: z.array(z.object({ AttributeName: text, AttributeType: text })),
  GlobalSecondaryIndexes: z.optional(z.array(z.looseObject({ IndexName: text }))),
});
const streamView = z.object({ StreamViewType: text });

export function table({ id, arn, properties }: Resource): Table {
  const stream = z.optional(streamView).parse(properties.StreamSpecification);
  return {
    name: z.catch(text, id).parse(properties.TableName),
    arn,
    definition: definition.parse(properties),
    ...(stream && { stream: { arn: `${arn}/StreamArn`, view: stream.StreamViewType } }),
  };
}

/** A stream connected to a function, in CloudFormation's words. Settings that are not listed are refused. */
export type StreamMapping = Omit<
  z.infer<typeof mappingSettings>,
  'EventSourceArn' | 'FunctionName' | 'FilterCriteria'
> & {
  /** A record is delivered when one of these matches, or when there are none. */
  filters: Pattern[];
  id: string;
  function: LambdaFunction;
  table: Table;
};

const mappingSettings = z.strictObject({
  EventSourceArn: text,
  FunctionName: text,
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: z._default(z.number(), 100),
  BisectBatchOnFunctionError: z._default(z.boolean(), false),
  FunctionResponseTypes: z._default(z.array(z.literal('ReportBatchItemFailures')), []),
  /** Seconds; -1 means forever. */
  MaximumRecordAgeInSeconds: z._default(z.number(), -1),
  MaximumRetryAttempts: z._default(z.number(), -1),
  ParallelizationFactor: z._default(z.number(), 1),
  DestinationConfig: z.optional(z.object({ OnFailure: z.object({ Destination: text }) })),
  FilterCriteria: z.optional(z.object({ Filters: z.array(z.object({ Pattern: text })) })),
  Tags: z.optional(z.unknown()),
});

export const mappingOf =
  (functions: LambdaFunction[], tables: Table[]) =>
  ({ id, properties }: Resource): StreamMapping => {
    const { EventSourceArn, FunctionName, FilterCriteria, ...settings } = mappingSettings.parse(properties);
    const filters = (FilterCriteria?.Filters ?? []).map(({ Pattern }) => parsePattern(Pattern));
    const source = tables.find(({ stream }) => stream?.arn === EventSourceArn);
    if (!source) throw new Error(`${EventSourceArn} is no table's stream`);
    return { ...settings, filters, id, table: source, function: findFunction(FunctionName, functions) };
  };
