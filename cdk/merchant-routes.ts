import { Validations } from 'aws-cdk-lib';
import { CfnStage, type HttpApi, HttpMethod, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { PaymentFunctions } from './payment-functions.ts';
import { integration } from './relay-api.ts';

export type MerchantRoute = { readonly method: HttpMethod; readonly path: string };

export type MerchantRoutesProps = {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly functions: PaymentFunctions;
  /** Requests a second on each merchant route. */
  readonly rateLimit: number;
  readonly burstLimit: number;
};

/** What the merchant's own systems call, with IAM credentials; and the one that a shopper's page may ask. */
export function merchantRoutes(props: MerchantRoutesProps): MerchantRoute[] {
  const { api, stage, functions } = props;
  const { create, operate, read, charge } = functions;
  const { POST, GET, DELETE } = HttpMethod;
  const authorizer = new HttpIamAuthorizer();
  const toCreate = integration('Create', create);
  const toOperate = integration('Operate', operate);
  const toRead = integration('Read', read);
  const toCharge = integration('Charge', charge);
  const operations = ['captures', 'refunds', 'cancellation', 'release', 'extension'];
  const doors = [
    { path: '/payments', methods: [POST], integration: toCreate },
    { path: '/payments/{payment}', methods: [GET], integration: toRead },
    ...operations.map((name) => ({ path: `/payments/{payment}/${name}`, methods: [POST], integration: toOperate })),
    { path: '/customer-tokens', methods: [GET], integration: toCharge },
    { path: '/customer-tokens/{token}', methods: [GET, DELETE], integration: toCharge },
    { path: '/customer-tokens/{token}/payments', methods: [POST], integration: toCharge },
  ];
  const routes = doors.flatMap((door) => api.addRoutes({ ...door, authorizer }));
  const status = api.addRoutes({ path: '/status/{payment}/{secret}', methods: [GET], integration: toRead });
  for (const route of status)
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'the URL is the capability' });
  throttle(stage, doors, props);
  stage.node.addDependency(...routes);
  return doors.flatMap(({ path, methods }) => methods.map((method) => ({ path, method })));
}

type Door = { readonly path: string; readonly methods: HttpMethod[] };

/** A merchant's batch must not use up the rate at which Klarna may call. */
function throttle(stage: HttpStage, doors: Door[], { rateLimit, burstLimit }: MerchantRoutesProps): void {
  const keys = doors.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`));
  const limits = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
  const resource = stage.node.defaultChild;
  if (!CfnStage.isCfnResource(resource)) throw new Error('a stage is a resource');
  resource.addPropertyOverride('RouteSettings', Object.fromEntries(keys.map((key) => [key, limits])));
}
