import { extname, join } from 'node:path';
import { CfnResource, type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { packageFile } from './package-file.ts';
import type { Right } from './rights.ts';

type RelayFunctionProps = {
  /** Name of the file in lambdas/handlers, without its extension. */
  readonly handler: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
};

export type RelayFunction = {
  readonly lambda: NodejsFunction;
  readonly role: Role;
  readonly allow: (right: Right) => void;
};

/** A Lambda function that may write its own log, and nothing else until `allow` adds a right. */
export function relayFunction(scope: Construct, id: string, props: RelayFunctionProps): RelayFunction {
  const { handler, environment, timeout, memorySize, logRetention, removalPolicy } = props;
  const parent = new Construct(scope, id);
  const logGroup = new LogGroup(parent, 'Log', { retention: logRetention, removalPolicy });
  const role = new Role(parent, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const lambda = new NodejsFunction(parent, 'Function', {
    ...bundle,
    entry: source(`handlers/${handler}`),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    role,
    environment,
    timeout,
    memorySize,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.INFO,
  });
  addEntry(lambda, `lambdas/handlers/${handler}${extension}`);
  acknowledge(lambda);
  const allow = ({ actions, resource, conditions }: Right) => {
    role.addToPolicy(new PolicyStatement({ actions, resources: [resource], ...(conditions && { conditions }) }));
  };
  allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: logGroup.logGroupArn });
  return { lambda, role, allow };
}

/** The local run starts the function from this file. */
function addEntry({ node: { defaultChild } }: NodejsFunction, entry: string): void {
  if (CfnResource.isCfnResource(defaultChild)) defaultChild.addMetadata('entry', entry);
}

/** The sources are .ts and a compiled package is .js; the handlers end as this file does. */
const extension = extname(import.meta.filename);

const source = (file: string) => join(import.meta.dirname, '../../lambdas', `${file}${extension}`);

/**
 * Everything is bundled, the AWS SDK included: the tested code is the code that runs. Bundling installs nothing and so
 * never reads the lock file; NodejsFunction insists on one, and a published package has no other than its package.json.
 */
const bundle = {
  depsLockFilePath: packageFile,
  bundling: {
    format: OutputFormat.ESM,
    mainFields: ['module', 'main'],
    minify: true,
    bundleAwsSDK: true,
    esbuildArgs: { '--alias:@aws-sdk/credential-provider-node': source('aws/credentials') },
  },
};

const acknowledge = (lambda: NodejsFunction) =>
  Validations.of(lambda).acknowledge(
    {
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'the API and the stream wait for its answer; the function that a schedule invokes has a destination',
    },
    { id: 'Serverless-LambdaDLQ', reason: 'the only asynchronous invocations, by the schedule, have a destination' },
    { id: 'Serverless-LambdaTracing', reason: 'one log entry has it all; X-Ray needs a grant on every resource' },
  );
