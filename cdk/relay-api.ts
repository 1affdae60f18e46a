import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { FilterPattern, LogGroup, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RelayFunction } from './functions/relay-function.ts';
import { metricNamespace, type RelayMetric } from './monitoring/metrics.ts';

type RelayApiProps = {
  readonly relayName: string;
  readonly logRetention: RetentionDays;
  /** For routes without a limit of their own. */
  readonly rateLimit: number;
  readonly burstLimit: number;
};

/** The HTTP API that Klarna, the merchant and shoppers' pages call. */
export function relayApi(scope: Construct, props: RelayApiProps): { api: HttpApi; stage: HttpStage } {
  const { relayName, rateLimit, burstLimit } = props;
  const api = new HttpApi(scope, 'Api', { apiName: relayName, createDefaultStage: false });
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit, burstLimit },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog(scope, props)),
      format: AccessLogFormat.custom(JSON.stringify({ relay: relayName, ...accessLogFields })),
    },
  });
  return { api, stage };
}

/** Klarna calls without credentials; the secret in the URL proves the call. */
export function callbackRoute(api: HttpApi, receiveCallback: RelayFunction): void {
  const routes = api.addRoutes({
    path: '/callbacks/{kind}/{payment}/{secret}',
    methods: [HttpMethod.POST],
    integration: integration('ReceiveCallback', receiveCallback),
  });
  const reason = 'Klarna sends no credentials: the secret in the URL is the proof';
  for (const route of routes) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
}

export const integration = (id: string, { lambda }: RelayFunction) =>
  new HttpLambdaIntegration(id, lambda, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });

/** The path and the query hold the secret, so neither is logged; the route is. */
const accessLogFields = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
};

/**
 * For log groups under this prefix API Gateway adds nothing to the account's resource policy for logs. That policy has
 * room for few groups; once it is full, deployments fail. A log group with a fixed name must be deleted with its stack,
 * or the stack could not be created a second time.
 */
function accessLog(scope: Construct, { relayName, logRetention: retention }: RelayApiProps): LogGroup {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/vendedlogs/klarna-relay/${relayName}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A throttled request reaches no function, and API Gateway has no metric for it.
  new MetricFilter(logGroup, 'Throttled', {
    logGroup,
    filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace,
    metricName: 'Throttled' satisfies RelayMetric,
    dimensions: { relay: '$.relay' },
  });
  return logGroup;
}
