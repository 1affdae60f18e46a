import { findPackageJSON } from 'node:module';
import { extname, join } from 'node:path';
import { CfnResource, type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export type RelayFunctionProps = {
  /** Name of the file in lambdas/handlers, without its extension. */
  readonly handler: string;
  /** Who is hurt, and how, while this function fails: its alarms say so. */
  readonly errorImpact: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
};

export type RelayFunction = Pick<RelayFunctionProps, 'errorImpact'> & {
  readonly lambda: NodejsFunction;
  readonly role: Role;
  /** Adds these actions on this one resource to what the function may do. */
  readonly allow: (actions: string[], resource: string) => void;
};

/** A Lambda function that may write its own log, and nothing else until `allow` says so. */
export function relayFunction(scope: Construct, id: string, props: RelayFunctionProps): RelayFunction {
  const { handler, errorImpact, environment, timeout, memorySize, logRetention, removalPolicy } = props;
  const home = new Construct(scope, id);
  const entry = `lambdas/handlers/${handler}${extension}`;
  const logGroup = new LogGroup(home, 'Log', { retention: logRetention, removalPolicy });
  const role = new Role(home, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const lambda = new NodejsFunction(home, 'Function', {
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
  if (CfnResource.isCfnResource(lambda.node.defaultChild)) lambda.node.defaultChild.addMetadata('entry', entry);
  acknowledge(lambda);
  const allow: RelayFunction['allow'] = (actions, resource) => {
    role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
  };
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
  return { lambda, role, errorImpact, allow };
}

/** From sources as from a compiled package: our files end as this one does. */
const extension = extname(import.meta.filename);

const source = (file: string) => join(import.meta.dirname, '../lambdas', `${file}${extension}`);

/**
 * Everything is bundled, the AWS SDK as well: what was tested is what runs. Nothing is installed while bundling, so the
 * lock file is never read; NodejsFunction asks for a file, and package.json is the one that a published package has.
 */
const bundle = {
  depsLockFilePath: findPackageJSON(import.meta.url),
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
    { id: 'Serverless-LambdaAsyncFailureDestination', reason: 'invoked by API or stream, which wait for the answer' },
    { id: 'Serverless-LambdaDLQ', reason: 'for asynchronous invocations: there are none' },
    { id: 'Serverless-LambdaTracing', reason: 'one log line tells all; X-Ray wants a grant on every resource' },
  );
