import { expect, test } from 'vitest';
import { ofType, propertyOf, resources, textOf } from './resources.ts';

const accessLog = String(propertyOf('RelayStage', 'AccessLogSettings', 'Format'));

test('the API has two routes whose URL is the proof, and the routes of the merchant, which require IAM credentials', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
  expect(Object.fromEntries(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]))).toEqual({
    'POST /callbacks/{kind}/{payment}/{secret}': 'NONE',
    'GET /status/{payment}/{secret}': 'NONE',
    'POST /payments': 'AWS_IAM',
    'GET /payments/{payment}': 'AWS_IAM',
    'POST /payments/{payment}/captures': 'AWS_IAM',
    'POST /payments/{payment}/refunds': 'AWS_IAM',
    'POST /payments/{payment}/cancellation': 'AWS_IAM',
    'POST /payments/{payment}/release': 'AWS_IAM',
    'POST /payments/{payment}/extension': 'AWS_IAM',
    'GET /customer-tokens': 'AWS_IAM',
    'GET /customer-tokens/{token}': 'AWS_IAM',
    'DELETE /customer-tokens/{token}': 'AWS_IAM',
    'POST /customer-tokens/{token}/payments': 'AWS_IAM',
  });
});

test('only the HTTP API may invoke functions, each by its own routes', () => {
  const prefix = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:RelayApi/*/*';
  const invoked = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => {
    expect(Properties.Principal).toBe('apigateway.amazonaws.com');
    return `${textOf(Properties.FunctionName)} ${textOf(Properties.SourceArn).replace(prefix, '')}`;
  });
  expect(new Set(invoked)).toEqual(
    new Set([
      'RelayReceiveCallbackFunction.Arn /callbacks/{kind}/{payment}/{secret}',
      'RelayCreatePaymentFunction.Arn /payments',
      'RelayReadPaymentFunction.Arn /payments/{payment}',
      'RelayReadPaymentFunction.Arn /status/{payment}/{secret}',
      ...['captures', 'refunds', 'cancellation', 'release', 'extension'].map(
        (name) => `RelayOperatePaymentFunction.Arn /payments/{payment}/${name}`,
      ),
      'RelayChargeTokenFunction.Arn /customer-tokens',
      'RelayChargeTokenFunction.Arn /customer-tokens/{token}',
      'RelayChargeTokenFunction.Arn /customer-tokens/{token}/payments',
    ]),
  );
});

test('routes hand their requests over in payload format 2.0', () => {
  const formats = ofType('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => Properties.PayloadFormatVersion);
  expect(formats).toEqual(Array(5).fill('2.0'));
});

test('the access log names the route and never the path or the query, which hold the secret', () => {
  const variables = accessLog.match(/\$context\.[\w.]+/g) ?? [];
  expect(variables).toContain('$context.routeKey');
  expect(variables.filter((name) => /path|query|uri|url|authorizer/i.test(name))).toEqual([]);
});

test('throttled requests are counted from the access log, under the name of this relay', () => {
  expect(JSON.parse(accessLog)).toMatchObject({
    status: '$context.status',
    relay: propertyOf('RelayReceiveCallbackFunction', 'Environment', 'Variables', 'RELAY_NAME'),
  });
  expect(resources.RelayAccessLogThrottled?.Properties).toMatchObject({
    FilterPattern: '{ $.status = "429" }',
    MetricTransformations: [
      { MetricName: 'Throttled', MetricValue: '1', Dimensions: [{ Key: 'relay', Value: '$.relay' }] },
    ],
  });
});

test('the stage is throttled', () => {
  expect(resources.RelayStage?.Properties.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 500,
    ThrottlingBurstLimit: 1000,
  });
});
