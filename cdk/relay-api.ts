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
import { metricNamespace, type RelayMetric } from './monitoring/metrics.ts';
import type { RelayFunction } from './relay-function.ts';

export type RelayApiProps = {
  readonly relayName: string;
  readonly logRetention: RetentionDays;
  readonly rateLimit: number;
  readonly burstLimit: number;
};

/** The doors of the relay: Klarna's, which are throttled by the stage, and the merchant's, which have limits of their own. */
export function relayApi(scope: Construct, props: RelayApiProps): { api: HttpApi; stage: HttpStage } {
  const { relayName, rateLimit, burstLimit } = props;
  const api = new HttpApi(scope, 'Api', { apiName: relayName, createDefaultStage: false });
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit, burstLimit },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog(scope, props)),
      format: AccessLogFormat.custom(JSON.stringify({ relay: relayName, ...logged })),
    },
  });
  return { api, stage };
}

/** Klarna calls without credentials: the URL is its own proof. */
export function callbackRoute(api: HttpApi, receive: RelayFunction): void {
  const routes = api.addRoutes({
    path: '/callbacks/{kind}/{payment}/{secret}',
    methods: [HttpMethod.POST],
    integration: integration('Receive', receive),
  });
  for (const route of routes)
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'the proof is the secret in the URL' });
}

export const integration = (id: string, { lambda }: RelayFunction) =>
  new HttpLambdaIntegration(id, lambda, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });

/** The path holds the secret: neither it nor the query is logged, only the route that it matched. */
const logged = {
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
 * Under this prefix API Gateway adds nothing to the account's resource policy for logs, which holds few groups and then fails
 * the deployment. A group with a fixed name must leave with its stack, or the stack could not be built a second time.
 */
function accessLog(scope: Construct, { relayName, logRetention: retention }: RelayApiProps): LogGroup {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/vendedlogs/klarna-relay/${relayName}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // What the throttle turns away reaches no function, and API Gateway has no metric of its own for it.
  new MetricFilter(logGroup, 'Throttled', {
    logGroup,
    filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace,
    metricName: 'Throttled' satisfies RelayMetric,
    dimensions: { relay: '$.relay' },
  });
  return logGroup;
}
