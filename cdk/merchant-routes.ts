import { Validations } from 'aws-cdk-lib';
import { CfnStage, type HttpApi, HttpMethod, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { FunctionName } from './functions/definitions.ts';
import { constructId, perFunction, type RelayFunctions } from './functions/relay-functions.ts';
import { integration } from './relay-api.ts';

type MerchantRoutesProps = {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly functions: RelayFunctions;
  /** Requests a second on each of the routes. */
  readonly rateLimit: number;
  readonly burstLimit: number;
};

type MerchantRoute = { readonly method: HttpMethod; readonly path: string; readonly handledBy: FunctionName };

const { POST, GET, DELETE } = HttpMethod;

/** The merchant's own systems call these routes with IAM credentials. */
export const merchantRoutes: readonly MerchantRoute[] = [
  { method: POST, path: '/payments', handledBy: 'createPayment' },
  { method: GET, path: '/payments/{payment}', handledBy: 'readPayment' },
  { method: POST, path: '/payments/{payment}/captures', handledBy: 'operatePayment' },
  { method: POST, path: '/payments/{payment}/refunds', handledBy: 'operatePayment' },
  { method: POST, path: '/payments/{payment}/cancellation', handledBy: 'operatePayment' },
  { method: POST, path: '/payments/{payment}/release', handledBy: 'operatePayment' },
  { method: POST, path: '/payments/{payment}/extension', handledBy: 'operatePayment' },
  { method: GET, path: '/customer-tokens', handledBy: 'chargeToken' },
  { method: GET, path: '/customer-tokens/{token}', handledBy: 'chargeToken' },
  { method: DELETE, path: '/customer-tokens/{token}', handledBy: 'chargeToken' },
  { method: POST, path: '/customer-tokens/{token}/payments', handledBy: 'chargeToken' },
];

/** Adds the merchant's routes, and the one under which a shopper's page reads the status of its payment. */
export function addMerchantRoutes({ api, stage, functions, ...limits }: MerchantRoutesProps): void {
  const authorizer = new HttpIamAuthorizer();
  const integrations = perFunction((name) => integration(constructId(name), functions[name]));
  const routes = merchantRoutes.flatMap(({ method, path, handledBy }) =>
    api.addRoutes({ path, methods: [method], integration: integrations[handledBy], authorizer }),
  );
  throttle(stage, limits);
  stage.node.addDependency(...routes); // a stage with settings for a route cannot be created before it
  const status = api.addRoutes({
    path: '/status/{payment}/{secret}',
    methods: [GET],
    integration: integrations.readPayment,
  });
  const reason = 'shoppers have no credentials: the secret in the URL is the proof';
  for (const route of status) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
}

/**
 * Each of the merchant's routes has a limit of its own, so that a batch does not use up the rate at which Klarna may
 * call.
 */
function throttle(stage: HttpStage, { rateLimit, burstLimit }: Pick<MerchantRoutesProps, 'rateLimit' | 'burstLimit'>) {
  const limits = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
  const settings = merchantRoutes.map(({ method, path }) => [`${method} ${path}`, limits]);
  const resource = stage.node.defaultChild;
  if (!CfnStage.isCfnResource(resource)) throw new Error('the stage has no CloudFormation resource');
  resource.addPropertyOverride('RouteSettings', Object.fromEntries(settings));
}
